import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { createLruCache } from '../lru-cache.ts';
import { limitSelections, parseOptions } from './limits.ts';

/** A valid document, or what is wrong with it. */
export type Documents = (query: string) => DocumentNode | readonly GraphQLError[];

const documentsMax = 1_000;

/** Parses and validates each distinct text once, for what does not come through Apollo Server. */
export function createDocuments(schema: GraphQLSchema): Documents {
  const documents = createLruCache<DocumentNode | readonly GraphQLError[]>(documentsMax);
  return (query) => documents(query, () => check(query, schema));
}

function check(query: string, schema: GraphQLSchema): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query, parseOptions);
    const errors = validate(schema, document, [...specifiedRules, limitSelections]);
    return errors.length === 0 ? document : errors.map(withCode('GRAPHQL_VALIDATION_FAILED'));
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode('GRAPHQL_PARSE_FAILED')(error)];
    // graphql-js descends by recursion.
    if (error instanceof RangeError) return [tooDeep()];
    throw error;
  }
}

function tooDeep(): GraphQLError {
  return new GraphQLError('The document is nested too deeply.', {
    extensions: { code: 'GRAPHQL_PARSE_FAILED' },
  });
}

/** The codes are Apollo Server's. */
function withCode(code: string) {
  return ({ message, nodes, source, positions }: GraphQLError): GraphQLError =>
    new GraphQLError(message, {
      nodes: nodes ?? null,
      source: source ?? null,
      positions: positions ?? null,
      extensions: { code },
    });
}

import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { limitSelections, parseOptions } from './limits.ts';
import { operationsOf, type Operation } from './operations.ts';

/** A valid document. */
export interface KnownDocument {
  readonly document: DocumentNode;
  readonly operations: readonly Operation[];
}

/** A valid document, or what is wrong with it. */
export type Documents = (query: string) => KnownDocument | readonly GraphQLError[];

const documentsMax = 2_000;
/** Of all the texts together; what is made of a text takes some fifty times as much memory. */
const charactersMax = 4_000_000;

/** Parses and validates each distinct text once, as long as it is remembered. */
export function createDocuments(supergraph: Supergraph): Documents {
  const known = new LRUCache<string, KnownDocument>({ max: documentsMax, maxSize: charactersMax });
  // Kept apart, so that mistakes push no good document out.
  const mistaken = new LRUCache<string, readonly GraphQLError[]>({
    max: documentsMax,
    maxSize: charactersMax,
  });
  return (query) => {
    const before = known.get(query) ?? mistaken.get(query);
    if (before !== undefined) return before;
    const size = query.length + 1;
    const document = check(query, supergraph.publicSchema);
    if (!('kind' in document)) {
      mistaken.set(query, document, { size });
      return document;
    }
    const now = { document, operations: operationsOf(document, supergraph) };
    known.set(query, now, { size });
    return now;
  };
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

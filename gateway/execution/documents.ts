import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationContext,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { isIntrospection } from '../authority/needs.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { limitSelections, parseOptions } from './limits.ts';
import { operationsOf, type Operation } from './operations.ts';

/** A valid document. */
export interface KnownDocument {
  readonly document: DocumentNode;
  readonly operations: readonly Operation[];
}

/** Finds a valid document, or what is wrong with it. */
export type Documents = (query: string) => KnownDocument | readonly GraphQLError[];

const documentsMax = 2_000;
/** Of all the texts together; what is made of a text takes some fifty times as much memory. */
const charactersMax = 4_000_000;

export interface DocumentsOptions {
  readonly supergraph: Supergraph;
  /** Whether clients may ask for the schema itself. */
  readonly introspection: boolean;
}

/** Parses and validates each distinct text once, as long as it is remembered. */
export function createDocuments({ supergraph, introspection }: DocumentsOptions): Documents {
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
    const document = check(query, supergraph.publicSchema, introspection);
    if (!('kind' in document)) {
      mistaken.set(query, document, { size });
      return document;
    }
    const now = { document, operations: operationsOf(document, supergraph) };
    known.set(query, now, { size });
    return now;
  };
}

function check(
  query: string,
  schema: GraphQLSchema,
  introspection: boolean,
): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query, parseOptions);
    const rules = [...specifiedRules, limitSelections, ...(introspection ? [] : [noIntrospection])];
    // What may not be asked for is not told by the way.
    const errors = validate(schema, document, rules, { hideSuggestions: !introspection });
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

function noIntrospection(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (!isIntrospection(node)) return;
      const message =
        "The schema can't be asked for here: introspection is off. Whoever runs the gateway may turn it on, by GATEWAY_INTROSPECTION=on or --introspection on.";
      const extensions = { code: 'INTROSPECTION_DISABLED' };
      context.reportError(new GraphQLError(message, { nodes: node, extensions }));
    },
  };
}

/** The codes are Apollo Server's, where the error has none. */
function withCode(code: string) {
  return ({ message, nodes, source, positions, extensions }: GraphQLError): GraphQLError =>
    new GraphQLError(message, {
      nodes: nodes ?? null,
      source: source ?? null,
      positions: positions ?? null,
      extensions: { code, ...extensions },
    });
}

import type { Principal } from '#auth';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { createContext, type IdentityContext } from './context.ts';
import type { Parts } from './parts.ts';
import { resolvers } from './resolvers/index.ts';

export interface IdentitySubgraph {
  readonly schema: GraphQLSchema;
  readonly contextFor: (caller: Principal) => IdentityContext;
}

const typeDefs = parse(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'));

/** The house's only door: what its process, its tests and nobody else opens. */
export function createIdentitySubgraph(parts: Parts): IdentitySubgraph {
  return {
    schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
    contextFor: (caller) => createContext(parts, caller),
  };
}

import type { Principal } from '#auth';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { createContext, type ProvisioningContext } from './context.ts';
import type { Parts } from './parts.ts';
import { resolvers } from './resolvers/index.ts';

export interface ProvisioningSubgraph {
  readonly schema: GraphQLSchema;
  contextFor(caller: Principal): ProvisioningContext;
}

const typeDefs = parse(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'));

/** The house's only door: what its process, its tests and nobody else opens. */
export function createProvisioningSubgraph(parts: Parts): ProvisioningSubgraph {
  return {
    schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
    contextFor: (caller) => createContext(parts, caller),
  };
}

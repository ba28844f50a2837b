import type { Principal } from '#auth';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { createContext, type CatalogueContext } from './context.ts';
import { preferred } from './domain/nearest-locale.ts';
import type { Parts } from './parts.ts';
import { resolvers } from './resolvers/index.ts';
import { seesAll } from './store/visibility.ts';

export interface CatalogueSubgraph {
  readonly schema: GraphQLSchema;
  /** `languages` is what the caller would rather read, as `Accept-Language` has it. */
  contextFor(caller: Principal, languages?: string): CatalogueContext;
}

const typeDefs = parse(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'));

/**
 * The house's only door: what its process, its tests and nobody else opens. Callers who see no more than
 * everybody does get `shown`, which may be kept from before; who keeps the catalogue reads it as it is, and
 * so does who watches products: a change may be told before what was kept is dropped.
 */
export function createCatalogueSubgraph(parts: Parts, shown = parts): CatalogueSubgraph {
  return {
    schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
    contextFor: (caller, languages = '') =>
      createContext(seesAll(caller) ? parts : shown, caller, preferred(languages), parts),
  };
}

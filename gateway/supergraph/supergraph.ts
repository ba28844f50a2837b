import { ConfigError } from '#service';
import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as ComposedSupergraph,
  type Schema,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { readFile } from 'node:fs/promises';
import { requirementsOf, type Requirements } from '../authority/requirements.ts';

/** All that the gateway knows of its subgraphs, from one file. */
export interface Supergraph {
  readonly sdl: string;
  readonly planner: QueryPlanner;
  /** What clients see: without what is `@inaccessible`. */
  readonly publicSchema: GraphQLSchema;
  /** The same in the planner's own form. */
  readonly apiSchema: Schema;
  /** With what is `@inaccessible`. */
  readonly fullSchema: GraphQLSchema;
  readonly requirements: Requirements;
  readonly subgraphNames: readonly string[];
}

/** These change what an operation may see or does, and nothing here carries them out: refuse to start. */
const unsupported = /\/(policy|context|connect)\//;
const supportedFeatures = new Set(
  [...ROUTER_SUPPORTED_SUPERGRAPH_FEATURES].filter((feature) => !unsupported.test(feature)),
);

/** @throws when the supergraph needs a feature that this gateway lacks. */
export function buildSupergraph(sdl: string): Supergraph {
  const composed = ComposedSupergraph.build(sdl, { supportedFeatures });
  const apiSchema = composed.apiSchema();
  return {
    sdl,
    planner: new QueryPlanner(composed),
    publicSchema: apiSchema.toGraphQLJSSchema(),
    apiSchema,
    fullSchema: composed.schema.toGraphQLJSSchema(),
    requirements: requirementsOf(composed.schema),
    subgraphNames: composed.subgraphsMetadata().map(({ name }) => name),
  };
}

/** What `npm run generate` composed of the subgraphs' contracts. */
export async function readSupergraph(): Promise<string> {
  const file = new URL('../generated/supergraph.graphql', import.meta.url);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      'gateway/generated/supergraph.graphql',
      'can\'t be read; make it with "npm run generate"',
      { cause },
    );
  }
}

import type { GraphQLSchema } from 'graphql';
import { requirementsOf, type Requirements } from '../authority/requirements.ts';
import { readComposed } from './composed.ts';
import { overrideLabelsOf } from './override-labels.ts';

/** All that the gateway knows of its subgraphs, from one file. */
export interface Supergraph {
  readonly sdl: string;
  /** What clients see: without what is `@inaccessible`, and with `@defer`. */
  readonly publicSchema: GraphQLSchema;
  /** With what is `@inaccessible`. */
  readonly fullSchema: GraphQLSchema;
  readonly requirements: Requirements;
  /** On which of them it depends who answers a field: `@override(from:, label:)`. */
  readonly overrideLabels: readonly string[];
  /** By name, the addresses that the file has for them; they may be empty. */
  readonly subgraphs: ReadonlyMap<string, string>;
}

/** @throws when the supergraph needs a feature that this gateway lacks. */
export function buildSupergraph(sdl: string): Supergraph {
  const composed = readComposed(sdl);
  return {
    sdl,
    publicSchema: composed.apiSchema().toGraphQLJSSchema({ includeDefer: true }),
    fullSchema: composed.schema.toGraphQLJSSchema(),
    requirements: requirementsOf(composed.schema),
    overrideLabels: overrideLabelsOf(composed.schema),
    subgraphs: new Map(composed.subgraphsMetadata().map(({ name, url }) => [name, url])),
  };
}

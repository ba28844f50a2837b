import type { GraphQLSchema } from 'graphql';
import { setImmediate as turnOfOthers } from 'node:timers/promises';
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

/** @throws when the supergraph is broken, or needs a feature that this gateway lacks. */
export function buildSupergraph(sdl: string): Supergraph {
  const steps = buildingOf(sdl);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same where others have their turn between the steps: each may take tens of milliseconds. */
export async function buildInTurns(sdl: string): Promise<Supergraph> {
  const steps = buildingOf(sdl);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await turnOfOthers();
  }
}

function* buildingOf(sdl: string): Generator<undefined, Supergraph, undefined> {
  const composed = readComposed(sdl);
  yield;
  const api = composed.apiSchema();
  yield;
  const publicSchema = api.toGraphQLJSSchema({ includeDefer: true });
  yield;
  const fullSchema = composed.schema.toGraphQLJSSchema();
  yield;
  return {
    sdl,
    publicSchema,
    fullSchema,
    requirements: requirementsOf(composed.schema),
    overrideLabels: overrideLabelsOf(composed.schema),
    subgraphs: new Map(composed.subgraphsMetadata().map(({ name, url }) => [name, url])),
  };
}

import type { Principal } from '#auth';
import { graphql, type GraphQLSchema } from 'graphql';
import { expect } from 'vitest';
import { visitor } from './stage.ts';

/** The house's door, which tests alone may bring. */
export interface Door {
  readonly schema: GraphQLSchema;
  contextFor(caller: Principal): object;
}

export type Asking = ReturnType<typeof asking>;

/** Asks the graph behind a door that is open by the first question; `usual` asks where no caller is named. */
export function asking(door: () => Door, usual = visitor) {
  const run = async (source: string, variables: object = {}, caller = usual) => {
    const opened = door();
    return await graphql({
      schema: opened.schema,
      contextValue: opened.contextFor(caller),
      source,
      variableValues: { ...variables },
    });
  };
  /** The answer as JSON, which has no errors. */
  const ask = async (...asked: Parameters<typeof run>) => {
    const { data, errors } = await run(...asked);
    expect(errors).toBeUndefined();
    return JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
  };
  return { run, ask };
}

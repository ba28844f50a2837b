import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { isObject, own, setOwn, type Json, type JsonObject } from './json.ts';
import { matches } from './type-conditions.ts';

/** Changes what is sent to, or came from, a subgraph that has other names or types for the same. */
export type Rewrite = (value: Json) => void;

/** The plan's rewrites in their order, or undefined when there are none. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] = [],
  schema: GraphQLSchema,
): Rewrite | undefined {
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, schema));
  if (compiled.length === 0) return undefined;
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}

/** From the names of the fetch back to those that the client knows. */
export function compileRenaming(
  rewrites: readonly FetchDataRewrite[] = [],
): (key: string) => string {
  const names = new Map(
    rewrites.flatMap((rewrite) =>
      rewrite.kind === 'KeyRenamer' ? [[rewrite.path.at(-1), rewrite.renameKeyTo] as const] : [],
    ),
  );
  return (key) => names.get(key) ?? key;
}

function compileRewrite(rewrite: FetchDataRewrite, schema: GraphQLSchema): Rewrite {
  const path = rewrite.path.slice(0, -1);
  const key = rewrite.path.at(-1) ?? '';
  const change =
    rewrite.kind === 'ValueSetter'
      ? (object: JsonObject) => {
          setOwn(object, key, rewrite.setValueTo as Json);
        }
      : (object: JsonObject) => {
          rename(object, key, rewrite.renameKeyTo);
        };
  return (value) => {
    changeAt(value, path, schema, change);
  };
}

function rename(object: JsonObject, from: string, to: string): void {
  const value = own(object, from);
  if (value === undefined) return;
  setOwn(object, to, value);
  setOwn(object, from, undefined);
}

const typeCondition = '... on ';

function changeAt(
  value: Json | undefined,
  path: readonly string[],
  schema: GraphQLSchema,
  change: (object: JsonObject) => void,
): void {
  if (Array.isArray(value)) for (const item of value) changeAt(item, path, schema, change);
  if (!isObject(value)) return;
  const [step, ...rest] = path;
  if (step === undefined) change(value);
  else if (!step.startsWith(typeCondition)) changeAt(own(value, step), rest, schema, change);
  else {
    const typename = own(value, '__typename');
    // Whose type nobody asked for can only be of the one that is expected there.
    const isOfType =
      typeof typename !== 'string' || matches(schema, typename, step.slice(typeCondition.length));
    if (isOfType) changeAt(value, rest, schema, change);
  }
}

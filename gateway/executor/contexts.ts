import type { FetchDataRewrite, FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { quote } from './json.ts';
import type { Layout } from './layout.ts';
import { layoutAt } from './plan-layout.ts';
import { wayTo, type Place, type Way } from './targets.ts';
import { matches } from './type-conditions.ts';
import { List, typenameSlot, type Slots, type Value } from './values.ts';

/** Entities that a fetch tells the same of what is around them. */
export interface Surrounded {
  readonly objects: readonly Slots[];
  /** What they are in, as members of a JSON object: the arguments that `@fromContext` fills. */
  readonly variables: string;
}

/** Finds the values of a context around an object, given all that it is in, outermost first. */
type Look = (around: readonly Slots[]) => Value;

/** Compiles how the entities at a place are told apart by what is around them. */
export function compileContexts(
  rewrites: NonNullable<FetchNode['contextRewrites']>,
  root: Layout,
  place: Place,
  schema: GraphQLSchema,
): (data: Slots) => readonly Surrounded[] {
  const way = wayTo(root, place);
  const variables = [...Map.groupBy(rewrites, ({ renameKeyTo }) => renameKeyTo)].map(
    ([name, alternatives]) => ({
      prefix: `${quote(name)}:`,
      looks: alternatives.map((rewrite) => compileLook(rewrite, root, place, schema)),
    }),
  );

  return (data) => {
    const groups = new Map<string, Slots[]>();
    walk(data, way, [], (object, around) => {
      const text = variables.map(({ prefix, looks }) => `${prefix}${textOf(looks, around)}`).join();
      const group = groups.get(text);
      if (group) group.push(object);
      else groups.set(text, [object]);
    });
    return Array.from(groups, ([text, objects]) => ({ objects, variables: text }));
  };
}

function textOf(looks: readonly Look[], around: readonly Slots[]): string {
  for (const look of looks) {
    const value = look(around);
    if (typeof value === 'string') return value;
  }
  return 'null';
}

const [up, typeCondition] = ['..', '... on '];

/** The path leads up from the entity, a field for each step, and then to a leaf of what is there. */
function compileLook(
  { path }: FetchDataRewrite,
  root: Layout,
  place: Place,
  schema: GraphQLSchema,
): Look {
  const height = path.findIndex((step) => step !== up);
  let layout: Layout | undefined = layoutAt(root, place.slice(0, place.length - height));
  const steps = path.slice(height).map((step) => {
    if (step.startsWith(typeCondition)) return { condition: step.slice(typeCondition.length) };
    const slot = layout?.find(step);
    layout = slot?.inner;
    return { slot: slot?.index };
  });
  return (around) => {
    let value: Value = around[around.length - height];
    for (const { condition, slot } of steps) {
      if (!Array.isArray(value)) return undefined;
      if (condition === undefined) value = slot === undefined ? undefined : value[slot];
      else if (!isOf(value, condition, schema)) return undefined;
    }
    return value;
  };
}

function isOf(object: Slots, condition: string, schema: GraphQLSchema): boolean {
  const typename = object[typenameSlot];
  return typeof typename !== 'string' || matches(schema, JSON.parse(typename) as string, condition);
}

function walk(
  value: Value,
  [step, ...rest]: Way,
  around: readonly Slots[],
  found: (object: Slots, around: readonly Slots[]) => void,
): void {
  if (value instanceof List) {
    for (const item of value.items) walk(item, step ? [step, ...rest] : rest, around, found);
  } else if (Array.isArray(value)) {
    if (step) walk(value[step.slot], rest, [...around, value], found);
    else found(value, around);
  }
}

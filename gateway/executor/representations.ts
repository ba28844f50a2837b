import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { isObject, own, quote, setOwn, type Json, type JsonObject } from './json.ts';
import { mergeInto } from './merge.ts';
import { compileRewrites } from './rewrites.ts';
import { matches } from './type-conditions.ts';

/** What a subgraph is told of an entity, as JSON; undefined when it can't be told who it is. */
export type Represent = (entity: JsonObject) => string | undefined;

export function compileRepresentation(
  { requires = [], inputRewrites }: Pick<FetchNode, 'requires' | 'inputRewrites'>,
  schema: GraphQLSchema,
): Represent {
  const rewrite = compileRewrites(inputRewrites, schema);
  const byType = new Map<string, Represent>();

  function compileFor(typename: string): Represent {
    const parts = requires.filter((part) => appliesTo(schema, typename, part));
    const [only] = parts;
    if (!rewrite && parts.length === 1 && only?.kind === 'InlineFragment') {
      const keys = leafKeys(only.selections);
      if (keys) return representLeaves(keys);
    }
    return (entity) => {
      const representation = select(entity, parts, schema);
      if (typeof representation?.['__typename'] !== 'string') return undefined;
      rewrite?.(representation);
      return JSON.stringify(representation);
    };
  }

  return (entity) => {
    const typename = own(entity, '__typename');
    if (typeof typename !== 'string') return undefined;
    let represent = byType.get(typename);
    if (!represent) {
      if (!schema.getType(typename)) return undefined;
      represent = compileFor(typename);
      byType.set(typename, represent);
    }
    return represent(entity);
  };
}

/** The keys of a selection that has no deeper ones. */
function leafKeys(selections: readonly QueryPlanSelectionNode[]): readonly string[] | undefined {
  const keys = selections.map((selection) =>
    selection.kind === 'Field' && !selection.selections ? responseKey(selection) : undefined,
  );
  const isSimple = keys.includes('__typename') && !keys.includes(undefined);
  return isSimple ? [...new Set(keys as string[])] : undefined;
}

function representLeaves(keys: readonly string[]): Represent {
  const prefixes = keys.map((key, index) => `${index === 0 ? '{' : ','}${quote(key)}:`);
  return (entity) => {
    let text = '';
    for (const [index, key] of keys.entries()) {
      const value = own(entity, key);
      if (value === undefined) return undefined;
      text += (prefixes[index] ?? '') + textOf(value);
    }
    return `${text}}`;
  };
}

function textOf(value: Json): string {
  return typeof value === 'string' ? quote(value) : JSON.stringify(value);
}

/** The selected part of an object, or null when something of it is missing. */
function select(
  source: JsonObject,
  selections: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
): JsonObject | null {
  const typename = own(source, '__typename');
  const selected: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const key = responseKey(selection);
      const value = own(source, key);
      if (value === undefined) return null;
      setOwn(selected, key, selectWithin(value, selection.selections, schema));
    } else if (typeof typename === 'string' && appliesTo(schema, typename, selection)) {
      // Without all that its type needs an object is not of that type here.
      const part = select(source, selection.selections, schema);
      if (part) mergeInto(selected, part, false);
    }
  }
  return selected;
}

function selectWithin(
  value: Json,
  selections: readonly QueryPlanSelectionNode[] | undefined,
  schema: GraphQLSchema,
): Json {
  if (!selections) return value;
  if (Array.isArray(value)) return value.map((item) => selectWithin(item, selections, schema));
  return isObject(value) ? select(value, selections, schema) : null;
}

function appliesTo(
  schema: GraphQLSchema,
  typename: string,
  selection: QueryPlanSelectionNode,
): boolean {
  if (selection.kind === 'Field') return true;
  return (
    selection.typeCondition !== undefined && matches(schema, typename, selection.typeCondition)
  );
}

function responseKey({ alias, name }: { readonly alias?: string; readonly name: string }): string {
  return alias ?? name;
}

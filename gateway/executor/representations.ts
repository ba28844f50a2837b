import type { FetchNode, QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { quote, type JsonObject } from './json.ts';
import type { Layout } from './layout.ts';
import { mergeInto } from './merge.ts';
import { compileRewrites } from './rewrites.ts';
import { matches } from './type-conditions.ts';
import { List, typenameSlot, type Slots, type Value } from './values.ts';

/** An object as JSON, as far as it was selected; undefined when something of that is missing. */
type Represent = (object: Slots) => string | undefined;

type Selections = readonly QueryPlanSelectionNode[];

/** What a subgraph is told of an entity; undefined when it can't be told who it is. */
export function compileRepresentation(
  { requires = [], inputRewrites }: Pick<FetchNode, 'requires' | 'inputRewrites'>,
  layout: Layout,
  schema: GraphQLSchema,
): Represent {
  const represent = compileObject(requires, layout, schema);
  const rewrite = compileRewrites(inputRewrites, schema);
  return (entity) => {
    const text = represent(entity);
    if (text === undefined || text === '{}') return undefined;
    if (!rewrite) return text;
    const representation = JSON.parse(text) as JsonObject;
    rewrite(representation);
    return JSON.stringify(representation);
  };
}

function compileObject(selections: Selections, layout: Layout, schema: GraphQLSchema): Represent {
  const byType = new Map<Value, Represent>();
  return (object) => {
    const typename = object[typenameSlot];
    let represent = byType.get(typename);
    if (!represent) {
      const name = typeof typename === 'string' ? (JSON.parse(typename) as string) : undefined;
      represent = compileFor(name, selections, layout, schema);
      if (name === undefined || schema.getType(name)) byType.set(typename, represent);
    }
    return represent(object);
  };
}

/** Each fragment that fits the type adds what it selects, but nothing if it lacks a part of that. */
function compileFor(
  typename: string | undefined,
  selections: Selections,
  layout: Layout,
  schema: GraphQLSchema,
): Represent {
  const fields = selections.filter((selection) => selection.kind === 'Field');
  const own = fields.length > 0 ? compileFields(fields, layout, schema) : () => '{}';
  const fragments = selections.flatMap((selection) => {
    if (selection.kind === 'Field' || typename === undefined) return [];
    const { typeCondition, selections: inner } = selection;
    if (typeCondition === undefined || !matches(schema, typename, typeCondition)) return [];
    return [compileFor(typename, inner, layout, schema)];
  });
  const [only] = fragments;
  if (!only) return own;
  if (fields.length === 0 && fragments.length === 1) return (object) => only(object) ?? '{}';
  return (object) => {
    const text = own(object);
    if (text === undefined) return undefined;
    return joined([text, ...fragments.flatMap((fragment) => fragment(object) ?? [])]);
  };
}

function compileFields(
  fields: readonly QueryPlanFieldNode[],
  layout: Layout,
  schema: GraphQLSchema,
): Represent {
  const parts = fields.map(({ alias, name, selections }, index) => {
    const slot = layout.find(alias ?? name);
    return {
      prefix: `${index === 0 ? '{' : ','}${quote(name)}:`, // whatever it has to be called before
      slot: slot?.index,
      represent: selections && compileObject(selections, slot?.inner ?? layout, schema),
    };
  });
  return (object) => {
    let text = '';
    for (const { prefix, slot, represent } of parts) {
      const value = slot === undefined ? undefined : object[slot];
      if (value === undefined) return undefined;
      text += prefix + (represent ? textWithin(value, represent) : leafText(value));
    }
    return `${text}}`;
  };
}

function leafText(value: Value): string {
  return typeof value === 'string' ? value : 'null';
}

function textWithin(value: Value, represent: Represent): string {
  if (Array.isArray(value)) return represent(value) ?? 'null';
  if (!(value instanceof List)) return 'null';
  return `[${value.items.map((item) => textWithin(item, represent)).join()}]`;
}

function joined(texts: readonly string[]): string {
  const objects = new Set(texts.filter((text) => text !== '{}'));
  if (objects.size < 2) return [...objects].join() || '{}';
  const whole: JsonObject = {};
  for (const text of objects) mergeInto(whole, JSON.parse(text) as JsonObject);
  return JSON.stringify(whole);
}

import type { FetchNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from './conditions.ts';
import { fieldsWithin } from './fields-within.ts';
import type { Decisions } from './decisions.ts';
import type { Layout, Slot } from './layout.ts';
import { compileRenaming } from './rewrites.ts';

/** What a fetch asks of the objects at one place, whatever their type. */
export interface AskedObject {
  readonly layout: Layout;
  readonly fields: readonly AskedValue[];
}

interface AskedValue {
  /** Its name in the subgraph's answer. */
  readonly key: string;
  readonly slot: Slot;
  /** If there are objects in it. */
  readonly inner?: AskedObject;
}

/**
 * What a fetch asks for the objects of a layout, which it gives slots for that; with decisions, what it asks for then.
 */
export function askedBy(fetch: FetchNode, layout: Layout, decisions?: Decisions): AskedObject {
  const { definitions } = parse(fetch.operation, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  const sets: SelectionSetNode[] = [];
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) sets.push(definition.selectionSet);
  }
  const rename = compileRenaming(fetch.outputRewrites);

  function askedIn(selectionSets: readonly SelectionSetNode[], at: Layout): AskedObject {
    const fields = [...fieldsIn(selectionSets, fragments, decisions)].map(([key, nodes]) => {
      const slot = at.slot(rename(key));
      const inner = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (inner.length === 0) return { key, slot };
      slot.objectsFrom.add(fetch);
      return { key, slot, inner: askedIn(inner, slot.inner) };
    });
    return { layout: at, fields };
  }

  if (!fetch.requires) return askedIn(sets, layout);
  const nodes = fieldsIn(sets, fragments, decisions).get('_entities') ?? [];
  return askedIn(
    nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
    layout,
  );
}

/** The fields by their names in the answer, in the order in which most subgraphs answer. */
function fieldsIn(
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  decisions: Decisions | undefined,
): ReadonlyMap<string, readonly FieldNode[]> {
  const included = fieldsWithin(
    sets,
    fragments,
    ({ directives }) => !decisions || isIncluded(directives, decisions),
  );
  return Map.groupBy(included, ({ alias, name }) => (alias ?? name).value);
}

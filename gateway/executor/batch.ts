import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Layout } from './layout.ts';
import { compileRepresentation } from './representations.ts';
import { typenameSlot, type Slots, type Value } from './values.ts';

/** The entities that a fetch is about: equal ones are one to the subgraph, however often they are in the answer. */
export interface Batch {
  /** What the subgraph is told of each, as JSON. */
  readonly representations: readonly string[];
  /** The objects that each stands for. */
  readonly targets: readonly (readonly Slots[])[];
}

type Requires = Pick<FetchNode, 'requires' | 'inputRewrites'>;

/** Compiles how objects are gathered into a batch; those that lack what the subgraph has to know are left out. */
export function compileBatch(
  requires: Requires,
  layout: Layout,
  schema: GraphQLSchema,
): (objects: readonly Slots[]) => Batch {
  const represent = compileRepresentation(requires, layout, schema);
  const identify = compileIdentity(requires.requires ?? [], layout);

  return (objects) => {
    const representations: string[] = [];
    const targets: Slots[][] = [];
    const byType = new Map<Value, Map<string | undefined, Slots[]>>();
    let lastType: Value;
    let known = new Map<string | undefined, Slots[]>();
    for (const object of objects) {
      const typename = object[typenameSlot];
      if (typename !== lastType) {
        lastType = typename;
        known = byType.get(typename) ?? new Map<string | undefined, Slots[]>();
        byType.set(typename, known);
      }
      const identity = identify ? identify(object) : represent(object);
      const equals = known.get(identity);
      if (equals) {
        equals.push(object);
        continue;
      }
      const group = [object];
      known.set(identity, group);
      const representation = identify ? represent(object) : identity;
      if (representation === undefined) continue;
      representations.push(representation);
      targets.push(group);
    }
    return { representations, targets };
  };
}

/** What tells the objects of one type apart, where it is in leaves alone: less text than the representation. */
function compileIdentity(
  selections: readonly QueryPlanSelectionNode[],
  layout: Layout,
): ((object: Slots) => string) | undefined {
  const slots = leafSlots(selections, layout);
  if (!slots) return undefined;
  const [first, ...others] = new Set(slots.filter((slot) => slot !== typenameSlot));
  if (first === undefined) return undefined;
  return (object) => {
    let identity = object[first] as string;
    for (const slot of others) identity += `,${object[slot] as string}`;
    return identity;
  };
}

function leafSlots(
  selections: readonly QueryPlanSelectionNode[],
  layout: Layout,
): readonly number[] | undefined {
  const slots: number[] = [];
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      const inner = leafSlots(selection.selections, layout);
      if (!inner) return undefined;
      slots.push(...inner);
    } else {
      if (selection.selections) return undefined;
      const slot = layout.find(selection.alias ?? selection.name);
      if (slot) slots.push(slot.index);
    }
  }
  return slots;
}

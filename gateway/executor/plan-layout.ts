import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { askedBy, type AskedObject } from './asked.ts';
import type { Decisions } from './decisions.ts';
import { fetchesOf } from './fetches.ts';
import { Layout, type Slot } from './layout.ts';
import { placeOf, type Place } from './targets.ts';

/** How answers of a plan are laid out in memory. */
export interface PlanLayout {
  readonly root: Layout;
  readonly asked: ReadonlyMap<FetchNode, AskedObject>;
  /** Whether what an object is depends on where it is: one can't stand for several then. */
  readonly hasContexts: boolean;
}

export function layOut(node: PlanNode | undefined): PlanLayout {
  const root = new Layout();
  const asked = new Map<FetchNode, AskedObject>();
  const fetches = fetchesOf(node);
  for (const { fetch, path } of fetches) {
    asked.set(fetch, askedBy(fetch, layoutAt(root, placeOf(path))));
  }
  const hasContexts = fetches.some(({ fetch }) => fetch.contextRewrites?.length);
  return { root, asked, hasContexts };
}

/** The slots that are asked for by fetches some of whose fields are under conditions; undefined where none is. */
export function askedSlots(
  { root }: PlanLayout,
  node: PlanNode | undefined,
  decisions: Decisions,
): ReadonlySet<Slot> | undefined {
  const fetches = fetchesOf(node, decisions);
  if (!fetches.some(({ fetch }) => fetch.operation.includes('@'))) return undefined;
  const slots = new Set<Slot>();
  const add = ({ fields }: AskedObject) => {
    for (const { slot, inner } of fields) {
      slots.add(slot);
      if (inner) add(inner);
    }
  };
  for (const { fetch, path } of fetches) {
    add(askedBy(fetch, layoutAt(root, placeOf(path)), decisions));
  }
  return slots;
}

export function layoutAt(root: Layout, place: Place): Layout {
  return place.reduce((layout, key) => layout.slot(key).inner, root);
}

/** Whether other fetches have a say in objects that this one brings along: one object can't stand for several then. */
export function isContested({ fields }: AskedObject): boolean {
  return fields.some(
    ({ slot, inner }) => inner && (slot.objectsFrom.size > 1 || isContested(inner)),
  );
}

import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { askedBy, type AskedObject } from './asked.ts';
import { fetchesOf } from './fetches.ts';
import { Layout } from './layout.ts';
import { placeOf, type Place } from './targets.ts';

/** How answers of a plan are laid out in memory. */
export interface PlanLayout {
  readonly root: Layout;
  readonly asked: ReadonlyMap<FetchNode, AskedObject>;
}

export function layOut(node: PlanNode | undefined): PlanLayout {
  const root = new Layout();
  const asked = new Map<FetchNode, AskedObject>();
  for (const { fetch, path } of fetchesOf(node)) {
    asked.set(fetch, askedBy(fetch, layoutAt(root, placeOf(path))));
  }
  return { root, asked };
}

function layoutAt(root: Layout, place: Place): Layout {
  return place.reduce((layout, key) => layout.slot(key).inner, root);
}

/** Whether other fetches have a say in objects that this one brings along: one object can't stand for several then. */
export function isContested({ fields }: AskedObject): boolean {
  return fields.some(
    ({ slot, inner }) => inner && (slot.objectsFrom.size > 1 || isContested(inner)),
  );
}

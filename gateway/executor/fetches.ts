import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { Decisions } from './decisions.ts';
import { chosen, innerNodes } from './plan-nodes.ts';
import type { Path } from './targets.ts';

/** A fetch with the path of the plan at which it is. */
export interface PlacedFetch {
  readonly fetch: FetchNode;
  readonly path: Path;
}

/** All the fetches of a plan; with decisions, those that are carried out then. */
export function fetchesOf(
  node: PlanNode | undefined,
  decisions?: Decisions,
  path: Path = [],
): readonly PlacedFetch[] {
  if (node?.kind === 'Fetch') return [{ fetch: node, path }];
  if (node?.kind === 'Condition' && decisions) {
    return fetchesOf(chosen(node, decisions), decisions, path);
  }
  const innerPath = node?.kind === 'Flatten' ? [...path, ...node.path] : path;
  return innerNodes(node).flatMap((inner) => fetchesOf(inner, decisions, innerPath));
}

import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { Path } from './targets.ts';

/** A fetch with the path of the plan at which it is. */
export interface PlacedFetch {
  readonly fetch: FetchNode;
  readonly path: Path;
}

/** All the fetches of a plan, also those that only some variables ask for. */
export function fetchesOf(node: PlanNode | undefined, path: Path = []): readonly PlacedFetch[] {
  switch (node?.kind) {
    case 'Fetch':
      return [{ fetch: node, path }];
    case 'Flatten':
      return fetchesOf(node.node, [...path, ...node.path]);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((inner) => fetchesOf(inner, path));
    case 'Condition':
      return [...fetchesOf(node.ifClause, path), ...fetchesOf(node.elseClause, path)];
    default:
      return [];
  }
}

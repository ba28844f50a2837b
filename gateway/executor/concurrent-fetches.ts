import type { FetchNode, PlanNode } from '@apollo/query-planner';

/** The fetches of entities that may be under way together with others at the same subgraph. */
export function concurrentFetches(node: PlanNode | undefined): ReadonlySet<FetchNode> {
  const concurrent = new Set<FetchNode>();

  /** @returns the fetches of entities within, by subgraph. */
  function search(within: PlanNode | undefined): ReadonlyMap<string, readonly FetchNode[]> {
    switch (within?.kind) {
      case 'Fetch':
        return new Map(mayJoin(within) ? [[within.serviceName, [within]]] : []);
      case 'Flatten':
        return search(within.node);
      case 'Condition':
        return union([search(within.ifClause), search(within.elseClause)]);
      case 'Sequence':
        return union(within.nodes.map(search));
      case 'Parallel':
        return together(within.nodes.map(search));
      default:
        return new Map();
    }
  }

  function together(branches: readonly ReadonlyMap<string, readonly FetchNode[]>[]) {
    const all = union(branches);
    for (const [service, fetches] of all) {
      if (branches.filter((branch) => branch.has(service)).length < 2) continue;
      for (const fetch of fetches) concurrent.add(fetch);
    }
    return all;
  }

  search(node);
  return concurrent;
}

/** What is told of what is around them are several questions in itself. */
function mayJoin({ requires, contextRewrites }: FetchNode): boolean {
  return requires !== undefined && !contextRewrites;
}

function union(
  branches: readonly ReadonlyMap<string, readonly FetchNode[]>[],
): ReadonlyMap<string, readonly FetchNode[]> {
  const all = new Map<string, FetchNode[]>();
  for (const branch of branches) {
    for (const [service, fetches] of branch) {
      all.set(service, [...(all.get(service) ?? []), ...fetches]);
    }
  }
  return all;
}

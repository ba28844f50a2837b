import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { Kind, parse, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { compileRenaming } from './rewrites.ts';
import { placeOf, type Path, type Place } from './targets.ts';

/** A fetch with the path of the plan at which it is. */
export interface PlacedFetch {
  readonly fetch: FetchNode;
  readonly path: Path;
}

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

/** The fetches that share a say in objects below their places: whose answers have to be merged deeply. */
export function contestedFetches(node: PlanNode | undefined): ReadonlySet<FetchNode> {
  const byPlace = new Map<string, Set<FetchNode>>();
  for (const { fetch, path } of fetchesOf(node)) {
    for (const place of objectPlaces(fetch, placeOf(path))) {
      const key = place.join(' '); // no name has a space
      const fetches = byPlace.get(key) ?? new Set();
      byPlace.set(key, fetches.add(fetch));
    }
  }
  return new Set([...byPlace.values()].filter(({ size }) => size > 1).flatMap((set) => [...set]));
}

/** The places of the objects that come with a fetch, but for those that it is about. */
function objectPlaces(fetch: FetchNode, start: Place): readonly Place[] {
  const { operation, requires, outputRewrites } = fetch;
  const rename = compileRenaming(outputRewrites);
  const places: Place[] = [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  const { definitions } = parse(operation, { noLocation: true });

  function walk({ selections }: SelectionSetNode, place: Place): void {
    for (const node of selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(node.name.value);
        if (fragment) walk(fragment.selectionSet, place);
      } else if (node.kind === Kind.INLINE_FRAGMENT) walk(node.selectionSet, place);
      else if (node.selectionSet) {
        const inner = [...place, rename((node.alias ?? node.name).value)];
        places.push(inner);
        walk(node.selectionSet, inner);
      }
    }
  }

  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  for (const definition of definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet, start);
  }
  if (!requires) return places;
  // `_entities` itself is not a part of the answer.
  return places
    .filter(({ length }) => length > start.length + 1)
    .map((place) => [...start, ...place.slice(start.length + 1)]);
}

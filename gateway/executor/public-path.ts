import { Kind, type FieldNode, type SelectionSetNode } from 'graphql';
import type { Reading } from './selection.ts';
import type { Path } from './targets.ts';

type Sources = Pick<Reading, 'fragments'>;

/**
 * The path as far as the client asked for it. Subgraphs are also asked for what only other subgraphs need, and the
 * names of that may be hidden.
 */
export function publicPath(sources: Sources, root: SelectionSetNode, path: Path): Path {
  let sets: readonly SelectionSetNode[] = [root];
  for (const [length, step] of path.entries()) {
    if (typeof step === 'number') continue;
    const fields = fieldsNamed(sources, sets, step);
    if (fields.length === 0) return path.slice(0, length);
    sets = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
  }
  return path;
}

/** What has the response key in any of the selections, whatever the type. */
function fieldsNamed(
  { fragments }: Sources,
  sets: readonly SelectionSetNode[],
  key: string,
): readonly FieldNode[] {
  const found: FieldNode[] = [];
  const seen = new Set<string>();

  function search({ selections }: SelectionSetNode): void {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        if ((node.alias ?? node.name).value === key) found.push(node);
      } else if (node.kind === Kind.INLINE_FRAGMENT) search(node.selectionSet);
      else if (!seen.has(node.name.value)) {
        seen.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) search(fragment.selectionSet);
      }
    }
  }

  for (const set of sets) search(set);
  return found;
}

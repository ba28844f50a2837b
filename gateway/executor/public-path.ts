import type { FieldNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { keyInPlan } from './distinct-aliases.ts';
import { fieldsWithin } from './fields-within.ts';
import type { Path } from './targets.ts';

interface Sources {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly fieldNames: ReadonlySet<string>;
}

/**
 * A path of the plan as the client knows it: with its own aliases, and only as far as it asked. Subgraphs are also
 * asked for what only other subgraphs need, and the names of that may be hidden.
 */
export function publicPath(sources: Sources, root: SelectionSetNode, path: Path): Path {
  const known: (string | number)[] = [];
  let sets: readonly SelectionSetNode[] = [root];
  for (const step of path) {
    const fields = typeof step === 'string' ? fieldsNamed(sources, sets, step) : [];
    const [field] = fields;
    if (typeof step === 'number') known.push(step);
    else if (field) known.push((field.alias ?? field.name).value);
    else break;
    if (field) sets = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
  }
  return known;
}

/** What has the key in any of the selections, whatever the type. */
function fieldsNamed(
  { fragments, fieldNames }: Sources,
  sets: readonly SelectionSetNode[],
  key: string,
): readonly FieldNode[] {
  return fieldsWithin(sets, fragments).filter((node) => keyInPlan(node, fieldNames) === key);
}

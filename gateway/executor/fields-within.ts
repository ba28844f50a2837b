import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The fields of the selections and of the fragments in them, each fragment once, whatever the type. */
export function fieldsWithin(
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  isIn: (node: SelectionNode) => boolean = () => true,
): readonly FieldNode[] {
  const fields: FieldNode[] = [];
  const seen = new Set<string>();

  function search({ selections }: SelectionSetNode): void {
    for (const node of selections) {
      if (!isIn(node)) continue;
      if (node.kind === Kind.FIELD) fields.push(node);
      else if (node.kind === Kind.INLINE_FRAGMENT) search(node.selectionSet);
      else if (!seen.has(node.name.value)) {
        seen.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) search(fragment.selectionSet);
      }
    }
  }

  for (const set of sets) search(set);
  return fields;
}

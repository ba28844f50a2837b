import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** How long a document may be. */
export const parseOptions = { maxTokens: 15_000 };

const selectionsMax = 10_000;

/** Refuses a short document whose fragments, spread within each other, would grow into a huge one. */
export function limitSelections(context: ValidationContext): ASTVisitor {
  const sizes = new Map<string, number>();

  function sizeOf({ selections }: SelectionSetNode): number {
    return selections.reduce((size, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        return size + sizeOfFragment(selection.name.value);
      return size + 1 + (selection.selectionSet ? sizeOf(selection.selectionSet) : 0);
    }, 0);
  }

  function sizeOfFragment(name: string): number {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    sizes.set(name, 0); // one that spreads itself is another rule's to refuse
    const fragment = context.getFragment(name);
    const size = fragment ? sizeOf(fragment.selectionSet) : 0;
    sizes.set(name, size);
    return size;
  }

  return {
    OperationDefinition: (node) => {
      if (sizeOf(node.selectionSet) <= selectionsMax) return;
      const message = `The operation selects more than ${selectionsMax} fields: ask for less at once.`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}

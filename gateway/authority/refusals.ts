import {
  getDirectiveValues,
  getOperationAST,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * What becomes of an operation that asks for something that the caller may not use: it is carried out without that,
 * or not at all.
 */
export type Unauthorized = 'filter' | 'reject';

const refusalsMax = 100;

/** The errors of an operation, given its variables: they say what is left out by conditions of its own. */
export type Refusals = (
  variables: Readonly<Record<string, unknown>>,
) => readonly GraphQLFormattedError[];

/** One error for each place where the operation asks for a refused field, without the indices of lists. */
export function compileRefusals(
  document: DocumentNode,
  operationName: string | undefined,
  refused: ReadonlySet<FieldNode>,
): Refusals {
  const operation = getOperationAST(document, operationName);
  if (refused.size === 0 || !operation) return () => [];
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const touches = createTouches(fragments, refused);

  const find: Refusals = (variables) => {
    const paths = new Map<string, readonly string[]>();

    function walk({ selections }: SelectionSetNode, path: readonly string[]): void {
      for (const selection of selections) {
        // A fragment spread again and again would otherwise multiply the work.
        if (paths.size >= refusalsMax) return;
        if (!isIncluded(selection, variables)) continue;
        if (selection.kind === Kind.FIELD) {
          const inner = [...path, selection.alias?.value ?? selection.name.value];
          if (refused.has(selection)) paths.set(inner.join('.'), inner);
          else if (selection.selectionSet) walk(selection.selectionSet, inner);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, path);
        else if (touches(selection.name.value)) {
          const fragment = fragments.get(selection.name.value);
          if (fragment) walk(fragment.selectionSet, path);
        }
      }
    }

    walk(operation.selectionSet, []);
    return [...paths.values()].map(refusalAt);
  };

  if (isConditional(document)) return find;
  const always = find({});
  return () => always;
}

function refusalAt(path: readonly string[]): GraphQLFormattedError {
  return {
    message: 'You may not use this field.',
    path,
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
  };
}

/** Whether variables have a say in what is asked for. */
function isConditional(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive({ arguments: args = [] }) {
      found ||= args.some(({ value }) => value.kind === Kind.VARIABLE);
    },
  });
  return found;
}

/** Whether a fragment holds a refused field, itself or in one that it spreads. */
function createTouches(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  refused: ReadonlySet<FieldNode>,
): (name: string) => boolean {
  const known = new Map<string, boolean>();

  return function touches(name) {
    const fragment = fragments.get(name);
    let found = known.get(name);
    if (found !== undefined || fragment === undefined) return found ?? false;
    found = false;
    visit(fragment, {
      Field: (node) => {
        found ||= refused.has(node);
      },
      FragmentSpread: (node) => {
        found ||= touches(node.name.value);
      },
    });
    known.set(name, found);
    return found;
  };
}

function isIncluded(
  selection: SelectionNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables);
  return skip?.['if'] !== true && include?.['if'] !== false;
}

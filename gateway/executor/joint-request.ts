import type { FetchNode } from '@apollo/query-planner';
import {
  Kind,
  OperationTypeNode,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableDefinitionNode,
} from 'graphql';

/** The variable of a fetch that holds its entities. */
const representations = 'representations';

/** What the entities of one fetch are called in a request of several. */
export function aliasOf(index: number): string {
  return `_${index}`;
}

/** What their representations are called. */
export function variableOf(index: number): string {
  return `${representations}_${index}`;
}

/** One operation that asks for the entities of several fetches, each under an alias of its own. */
export function jointOperation(fetches: readonly FetchNode[]): string {
  const variables = new Map<string, VariableDefinitionNode>();
  const selections: SelectionNode[] = [];
  const fragments: FragmentDefinitionNode[] = [];
  for (const [index, { operation }] of fetches.entries()) {
    for (const definition of distinct(parse(operation, { noLocation: true }), index).definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.push(definition);
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      for (const each of definition.variableDefinitions ?? []) {
        variables.set(each.variable.name.value, each);
      }
      selections.push(...aliased(definition, index));
    }
  }
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: [...variables.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [operation, ...fragments],
  };
  return stripIgnoredCharacters(print(document));
}

/** With names that no other fetch has, for all but the client's variables, which are the same for all. */
function distinct(document: DocumentNode, index: number): DocumentNode {
  const renamed = (name: string) => ({ kind: Kind.NAME, value: `${name}_${index}` }) as const;
  return visit(document, {
    Variable: (node) =>
      node.name.value === representations ? { ...node, name: renamed(node.name.value) } : undefined,
    FragmentSpread: (node) => ({ ...node, name: renamed(node.name.value) }),
    FragmentDefinition: {
      leave: (node) => ({ ...node, name: renamed(node.name.value) }),
    },
  });
}

function aliased({ selectionSet }: OperationDefinitionNode, index: number): SelectionNode[] {
  return selectionSet.selections.map((selection) =>
    selection.kind === Kind.FIELD
      ? { ...selection, alias: { kind: Kind.NAME, value: aliasOf(index) } }
      : selection,
  );
}

/** What a fetch asks, whatever its operation is called: equal for fetches that ask the same. */
export function questionOf({ operation }: FetchNode): string {
  return operation.replace(/^query \w+/, 'query');
}

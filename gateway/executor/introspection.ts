import {
  executeSync,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { Write } from './writing.ts';

export interface IntrospectionSources {
  /** What clients see. */
  readonly publicSchema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Answers `__schema` and `__type` from the schema that clients see; once, unless variables have a say in it. */
export function compileIntrospection(
  { publicSchema: schema, operation, fragments }: IntrospectionSources,
  nodes: readonly FieldNode[],
): Write {
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        variableDefinitions: operation.variableDefinitions ?? [],
        selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
      },
      ...fragments.values(),
    ],
  };
  const isConstant = !usesVariables(document);
  let kept: string | undefined;
  return (_value, { variables }) => {
    if (kept !== undefined) return kept;
    const { data } = executeSync({ schema, document, variableValues: variables });
    const text = JSON.stringify(Object.values(data ?? {})[0] ?? null);
    if (isConstant) kept = text;
    return text;
  };
}

function usesVariables({ definitions }: DocumentNode): boolean {
  let found = false;
  for (const definition of definitions) {
    if (!('selectionSet' in definition)) continue;
    visit(definition.selectionSet, {
      Variable() {
        found = true;
      },
    });
  }
  return found;
}

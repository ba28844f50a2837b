import {
  executeSync,
  Kind,
  typeFromAST,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { Write } from './writing.ts';

export interface IntrospectionSources {
  /** What is told of the schema. */
  readonly introspectionSchema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Answers `__schema` and `__type`; once, unless variables have a say in it. */
export function compileIntrospection(
  { introspectionSchema: schema, operation, fragments }: IntrospectionSources,
  nodes: readonly FieldNode[],
): Write {
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        // The others may be of types that are not told of.
        variableDefinitions: (operation.variableDefinitions ?? []).filter(
          ({ type }) => typeFromAST(schema, type as NamedTypeNode) !== undefined,
        ),
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

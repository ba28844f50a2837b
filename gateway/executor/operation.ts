import {
  Kind,
  separateOperations,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';

/** One operation, with the fragments that it needs. */
export interface Operation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** These alone. */
  readonly document: DocumentNode;
}

/** The operation of the document that is meant. */
export function operationOf(document: DocumentNode, operationName: string | undefined): Operation {
  const [found, ...others] = Object.values(separateOperations(document)).flatMap((candidate) => {
    const operation = candidate.definitions.find(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION,
    );
    const isMeant = operation && (!operationName || operation.name?.value === operationName);
    return isMeant ? [{ operation, document: candidate }] : [];
  });
  if (!found || others.length > 0) {
    throw new TypeError('the document has no such operation, or several');
  }
  const fragments = new Map(
    found.document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  return { ...found, fragments };
}

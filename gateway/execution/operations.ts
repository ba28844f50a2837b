import {
  Kind,
  separateOperations,
  visit,
  type DocumentNode,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import { guardedVariablesOf, type GuardedVariable } from '../authority/input-needs.ts';
import { isIntrospection, needsOf } from '../authority/needs.ts';
import type { Requirement } from '../authority/requirements.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';

/** One operation of a valid document. */
export interface Operation {
  readonly kind: OperationTypeNode;
  readonly name: string | undefined;
  readonly definition: OperationDefinitionNode;
  /** It and the fragments that it needs, and nothing else. */
  readonly document: DocumentNode;
  /** What it takes to use all of it, but for what variables bring. */
  readonly needs: readonly Requirement[];
  readonly guardedVariables: readonly GuardedVariable[];
  /** Whether it asks for the schema itself. */
  readonly introspects: boolean;
}

export function operationsOf(document: DocumentNode, supergraph: Supergraph): readonly Operation[] {
  return Object.values(separateOperations(document)).flatMap((own) => {
    const definition = own.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
    return [
      {
        kind: definition.operation,
        name: definition.name?.value,
        definition,
        document: own,
        needs: needsOf(own, supergraph),
        guardedVariables: guardedVariablesOf(definition, supergraph),
        introspects: introspects(own),
      },
    ];
  });
}

function introspects(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field(node) {
      found ||= isIntrospection(node);
    },
  });
  return found;
}

/** The operation of that name, or the only one; undefined where that is none. */
export function meantBy(
  operations: readonly Operation[],
  name: string | undefined,
): Operation | undefined {
  if (name) return operations.find((operation) => operation.name === name);
  return operations.length === 1 ? operations[0] : undefined;
}

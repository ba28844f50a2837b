import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type OperationTypeNode,
} from 'graphql';
import { filterDocument, refusalErrors } from '../authority/filter.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import type { GatewayContext } from './context.ts';

/** One operation of a document that is valid. */
export interface OperationRequest {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
}

export interface AdmittedOperation extends OperationRequest {
  readonly kind: OperationTypeNode;
  /** The variables with their defaults. */
  readonly coerced: Readonly<Record<string, unknown>>;
  /** The document without what the caller may not see. */
  readonly allowed: DocumentNode;
  /** What is to be said of what was left out. */
  readonly refusals: readonly GraphQLError[];
}

export interface RefusedOperation {
  readonly errors: readonly GraphQLError[];
}

/** What of an operation may go on to be planned, or why none of it. */
export function admitOperation(
  supergraph: Supergraph,
  request: OperationRequest,
): AdmittedOperation | RefusedOperation {
  const { document, operationName, variables, context } = request;
  const operation = getOperationAST(document, operationName);
  if (!operation) return { errors: [unresolved(operationName)] };
  const { coerced, errors } = getVariableValues(
    supergraph.publicSchema,
    operation.variableDefinitions ?? [],
    variables,
  );
  if (errors) return { errors: errors.map(badInput) };
  const { document: allowed, refused } = filterDocument(document, supergraph, context.caller);
  const refusals = refusalErrors(document, operationName, refused, coerced);
  return { ...request, kind: operation.operation, coerced, allowed, refusals };
}

function unresolved(operationName: string | undefined): GraphQLError {
  const message =
    operationName === undefined
      ? 'The document has several operations: say which by `operationName`.'
      : `The document has no operation named ${operationName}.`;
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

function badInput({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

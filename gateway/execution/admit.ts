import { getVariableValues, GraphQLError, type GraphQLSchema } from 'graphql';
import type { KnownDocument } from './documents.ts';
import type { GraphRequest } from './graph-answer.ts';
import { meantBy, type Operation } from './operations.ts';

/** An operation with variables of the right types. */
export interface AdmittedOperation {
  readonly operation: Operation;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** With their defaults. */
  readonly coerced: Readonly<Record<string, unknown>>;
}

export interface RefusedRequest {
  readonly errors: readonly GraphQLError[];
}

/** Finds the operation that is meant, and looks at its variables. */
export function admitOperation(
  schema: GraphQLSchema,
  { operations }: KnownDocument,
  { operationName, variables }: Pick<GraphRequest, 'operationName' | 'variables'>,
): AdmittedOperation | RefusedRequest {
  const operation = meantBy(operations, operationName);
  if (!operation) return { errors: [unresolved(operationName)] };
  const { variableDefinitions = [] } = operation.definition;
  if (variableDefinitions.length === 0) return { operation, variables, coerced: {} };
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, variables);
  return errors ? { errors: errors.map(badInput) } : { operation, variables, coerced };
}

function unresolved(operationName: string | undefined): GraphQLError {
  const message = operationName
    ? `The document has no operation named ${operationName}.`
    : 'The document has several operations: say which by `operationName`.';
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

function badInput({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

import type { ServiceMap } from '@apollo/gateway';
import { GraphQLError, OperationTypeNode, type ExecutionResult } from 'graphql';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { admitOperation, type OperationRequest } from './admit.ts';
import { executePlan } from './execute-plan.ts';
import type { Plan } from './planner.ts';

export interface ExecutionParts {
  readonly supergraph: Supergraph;
  /** By the subgraphs' names. */
  readonly services: ServiceMap;
  readonly plan: Plan;
}

/** Answers queries and mutations, whichever way they came. */
export type Execute = (request: OperationRequest) => Promise<ExecutionResult>;

export function createExecute({ supergraph, services, plan }: ExecutionParts): Execute {
  return async (request) => {
    const operation = admitOperation(supergraph, request);
    if ('errors' in operation) return operation;
    if (operation.kind === OperationTypeNode.SUBSCRIPTION) return { errors: [needsSocket()] };
    return await executePlan({
      supergraph,
      services,
      operation,
      plan: plan(operation.allowed, operation.operationName),
    });
  };
}

function needsSocket(): GraphQLError {
  return new GraphQLError(
    'Subscriptions are streamed over WebSocket: connect to this address by graphql-transport-ws.',
    { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } },
  );
}

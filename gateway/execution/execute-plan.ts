import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { GraphQLError, type ExecutionResult } from 'graphql';
import type { Supergraph } from '../supergraph/supergraph.ts';
import type { AdmittedOperation } from './admit.ts';
import { presentable } from './errors.ts';

export interface Execution {
  readonly supergraph: Supergraph;
  /** By name, as the plan names them. */
  readonly services: ServiceMap;
  readonly operation: AdmittedOperation;
  readonly plan: QueryPlan;
}

/**
 * Fetches and merges what the plan says, and answers in the shape that the client asked for: null where
 * something was refused or failed. The errors name no subgraph, host or stack.
 */
export async function executePlan(execution: Execution): Promise<ExecutionResult> {
  const { supergraph, services, plan } = execution;
  const { document, operationName, variables, context, refusals } = execution.operation;
  // It reads these alone of the request.
  const request = { request: { variables }, context, metrics: {} };
  const { data, errors, extensions } = await executeQueryPlan(
    plan,
    services,
    request as unknown as GatewayGraphQLRequestContext,
    buildOperationContext({
      schema: supergraph.publicSchema,
      operationDocument: document,
      ...(operationName !== undefined && { operationName }),
    }),
    supergraph.fullSchema,
    supergraph.apiSchema,
  );
  // A null where the schema allows none is reported apart, and needs no word where a refusal explains it.
  const misfits =
    refusals.length > 0 ? [] : (extensions?.['valueCompletion'] as Error[] | undefined);
  const failures = (errors ?? misfits ?? []).map(failure);
  return {
    data: data ?? null,
    ...(failures.length + refusals.length > 0 && { errors: [...failures, ...refusals] }),
  };
}

/** An error that we don't know keeps its cause for the log; whoever formats it shows an incident id. */
function failure(error: Error): GraphQLError {
  if (error instanceof GraphQLError) return presentable(error);
  return new GraphQLError(error.message, { originalError: error });
}

import { GraphQLError, OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import { filterDocument } from '../authority/filter.ts';
import { compileRefusals, type Refusals, type Unauthorized } from '../authority/refusals.ts';
import { createVisibleSchema } from '../authority/visible-schema.ts';
import { compilePlan, type CompiledPlan } from '../executor/compile-plan.ts';
import type { Fetching } from '../fetching/fetching.ts';
import type { HoldingLabels } from '../supergraph/override-labels.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { admitOperation, type AdmittedOperation } from './admit.ts';
import type { GatewayContext } from './context.ts';
import type { Documents } from './documents.ts';
import type { Answer, AnswerOptions, GraphAnswer, GraphRequest } from './graph-answer.ts';
import { oncePerAccess } from './once-per-access.ts';
import type { Plan } from './planning.ts';
import { hearExtensions } from './told-extensions.ts';

export interface ExecutionParts {
  readonly supergraph: Supergraph;
  readonly documents: Documents;
  readonly plan: Plan;
  readonly holdingLabels: HoldingLabels;
  readonly fetching: Fetching;
  readonly unauthorized: Unauthorized;
  /** What clients are told of the `extensions` of subgraphs' answers, by name. */
  readonly toldExtensions: readonly string[];
  /** How an error is told to clients; what is unexpected is logged. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

/** An operation, ready to be carried out for those who may see the same of it. */
interface Prepared {
  readonly refusals: Refusals;
  readonly carryOut: CompiledPlan;
}

/** Answers queries and mutations, whichever way they came. */
export function createAnswer(parts: ExecutionParts): Answer {
  const { supergraph, documents, plan, holdingLabels, fetching } = parts;
  const { unauthorized, toldExtensions, formatError } = parts;
  const visibleSchema = createVisibleSchema(supergraph);

  const prepare = oncePerAccess<Prepared>(holdingLabels, async (making) => {
    const { operation, labels } = making;
    const { document } = operation;
    const { document: allowed, refused } = filterDocument(document, supergraph, making);
    return {
      refusals: compileRefusals(document, operation.name, refused),
      carryOut: compilePlan({
        ...supergraph,
        plan: await plan(allowed, labels),
        document,
        operationName: operation.name,
        refused,
        ...(operation.introspects && { introspectionSchema: await visibleSchema(making.grants) }),
      }),
    };
  });

  async function carryOut(
    { operation, variables, coerced }: AdmittedOperation,
    context: GatewayContext,
    mayDefer: boolean,
  ): Promise<GraphAnswer> {
    const prepared = prepare(operation, context.grants, variables);
    const { refusals, carryOut } = prepared instanceof Promise ? await prepared : prepared;
    const refused = refusals(coerced);
    if (unauthorized === 'reject' && refused.length > 0) {
      return { data: 'null', errors: refused, isForbidden: true };
    }
    const { onExtensions, heard } = hearExtensions(toldExtensions);
    const fetch = fetching.for(context);
    const answer = await carryOut({ variables, fetch, onExtensions, mayDefer });
    const extensions = heard();
    const told = extensions ? { ...answer, extensions } : answer;
    return refused.length === 0 ? told : { ...told, errors: [...told.errors, ...refused] };
  }

  async function answer(
    request: GraphRequest,
    context: GatewayContext,
    { mayMutate, mayDefer }: AnswerOptions,
  ): Promise<GraphAnswer> {
    const known = documents(request.query);
    if (!('operations' in known)) return unanswered(known);
    const admitted = admitOperation(supergraph.publicSchema, known, request);
    if ('errors' in admitted) return unanswered(admitted.errors);
    const { kind } = admitted.operation;
    if (kind === OperationTypeNode.SUBSCRIPTION) return unanswered([needsSocket()], 400);
    if (kind === OperationTypeNode.MUTATION && !mayMutate) return unanswered([needsPost()], 405);
    return await carryOut(admitted, context, mayDefer);
  }

  return async (request, context, options) => {
    try {
      return await answer(request, context, options);
    } catch (error) {
      if (error instanceof GraphQLError) return unanswered([error]);
      return { data: undefined, errors: [formatError({ message: '' }, error)], status: 500 };
    }
  };
}

function unanswered(errors: readonly GraphQLError[], status?: number): GraphAnswer {
  return {
    data: undefined,
    errors: errors.map((error) => error.toJSON()),
    ...(status !== undefined && { status }),
  };
}

function needsSocket(): GraphQLError {
  return new GraphQLError(
    'Subscriptions are streamed: connect by WebSocket (graphql-transport-ws), or accept text/event-stream.',
    { extensions: { code: 'BAD_REQUEST' } },
  );
}

function needsPost(): GraphQLError {
  return new GraphQLError('A GET asks and changes nothing: send mutations by POST.', {
    extensions: { code: 'METHOD_NOT_ALLOWED' },
  });
}

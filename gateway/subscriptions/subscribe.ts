import type { FetchNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { GraphQLError, type FieldNode, type FormattedExecutionResult } from 'graphql';
import { filterDocument, refusalErrors } from '../authority/filter.ts';
import { admitOperation } from '../execution/admit.ts';
import type { ExecutionParts } from '../execution/answer.ts';
import type { GatewayContext } from '../execution/context.ts';
import type { GraphAnswer, GraphRequest } from '../execution/graph-answer.ts';
import { oncePerAccess } from '../execution/once-per-access.ts';
import { compilePlan, type CompiledPlan } from '../executor/compile-plan.ts';
import type { Fetch } from '../executor/run.ts';
import { follow, type FollowParts } from './follow.ts';
import { createMailbox } from './mailbox.ts';
import { makeResumable, type Resumable } from './resumable.ts';
import { untilLeft } from './until-left.ts';

/**
 * Answers with the events; throws when there are none to be. Who stops reading calls `return`.
 * @throws GraphQLError, or {@link GraphQLErrors} when there are several.
 */
export type Subscribe = (
  request: GraphRequest,
  context: GatewayContext,
) => Promise<AsyncGenerator<GraphAnswer, void>>;

/** Why an operation is not carried out. */
export class GraphQLErrors extends Error {
  override readonly name = 'GraphQLErrors';
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super(errors.map(({ message }) => message).join('\n'));
    this.errors = errors;
  }
}

/** How many events wait for a client at most; with cursors, the others wait at the subgraph. */
const lagMax = 256;

/** A subscription, ready for those who may see the same of it. */
interface Prepared {
  readonly refused: ReadonlySet<FieldNode>;
  /** Undefined when nothing of it is left to follow. */
  readonly stream: Stream | undefined;
}

interface Stream {
  readonly resumable: Resumable | null;
  /** What the stream's subgraph is asked. */
  readonly primary: FetchNode;
  /** What is done with each event that it sends. */
  readonly perEvent: CompiledPlan;
}

/**
 * Streams are followed at the subgraph that owns them; what other subgraphs own of an event is fetched
 * when the client is ready for it.
 */
export function createSubscribe(parts: ExecutionParts & FollowParts): Subscribe {
  const { supergraph, documents, plan, holdingLabels, fetching } = parts;

  const prepare = oncePerAccess<Prepared>(holdingLabels, async ({ operation, caller, labels }) => {
    const { document } = operation;
    const { document: allowed, refused } = filterDocument(document, supergraph, caller);
    const resumable = makeResumable(supergraph.publicSchema, allowed);
    const { node } = await plan(resumable?.document ?? allowed, labels);
    if (node?.kind !== 'Subscription') return { refused, stream: undefined };
    const perEvent = compilePlan({
      ...supergraph,
      plan: planPerEvent(node),
      document,
      operationName: operation.name,
      refused,
    });
    return { refused, stream: { resumable, primary: node.primary, perEvent } };
  });

  return async (request, context) => {
    const known = documents(request.query);
    if (!('operations' in known)) throw new GraphQLErrors(known);
    const admitted = admitOperation(supergraph.publicSchema, known, request);
    if ('errors' in admitted) throw new GraphQLErrors(admitted.errors);
    const { operation, variables, coerced } = admitted;
    const { refused, stream } = await prepare(operation, context.caller);
    const refusals = refusalErrors(operation.document, operation.name, refused, coerced);
    if (refusals.some(({ path }) => path?.length === 1)) throw new GraphQLErrors(refusals);
    if (!stream) throw leftOut();
    const { resumable, primary, perEvent } = stream;

    const leaving = new AbortController();
    const mailbox = createMailbox<FormattedExecutionResult>({
      max: lagMax,
      isThinned: resumable === null, // without cursors each event is the whole state
    });
    const since = resumable?.sinceOf(coerced);
    follow(parts, { primary, variables, context, since }, mailbox, leaving.signal).catch(
      (error: unknown) => {
        mailbox.end(error as Error); // heard only if the reader is still there
      },
    );

    // What an event tells of is newer than what somebody else may be fetching.
    const fetch = fetching.for(context, { joins: false });
    const complete = async (event: FormattedExecutionResult): Promise<GraphAnswer> => {
      const answer = await perEvent({ variables, fetch: beginningWith(event, fetch) });
      if (refusals.length === 0) return answer;
      return { ...answer, errors: [...answer.errors, ...refusals.map((error) => error.toJSON())] };
    };
    return untilLeft(completed(mailbox, complete), () => {
      leaving.abort();
      mailbox.end();
    });
  };
}

/** No subgraph's name has a space. */
const eventSource = 'the event';

function beginningWith(event: FormattedExecutionResult, fetch: Fetch): Fetch {
  return (request) => (request.service === eventSource ? Promise.resolve(event) : fetch(request));
}

async function* completed(
  events: AsyncIterable<FormattedExecutionResult>,
  complete: (event: FormattedExecutionResult) => Promise<GraphAnswer>,
): AsyncGenerator<GraphAnswer, void> {
  for await (const event of events) yield await complete(event);
}

/** Begins with the event, which holds what the stream's own subgraph has to say. */
function planPerEvent({ primary, rest }: SubscriptionNode): QueryPlan {
  const fromEvent = { ...primary, serviceName: eventSource };
  return {
    kind: 'QueryPlan',
    node: { kind: 'Sequence', nodes: [fromEvent, ...(rest ? [rest] : [])] },
  };
}

/** By `@skip` or `@include`. */
function leftOut(): GraphQLError {
  return new GraphQLError("The field of a subscription can't be left out.", {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

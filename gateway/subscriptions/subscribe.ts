import type { QueryPlan } from '@apollo/query-planner';
import { GraphQLError, type ExecutionResult, type FormattedExecutionResult } from 'graphql';
import {
  admitOperation,
  type AdmittedOperation,
  type OperationRequest,
} from '../execution/admit.ts';
import { executePlan } from '../execution/execute-plan.ts';
import type { ExecutionParts } from '../execution/execute.ts';
import { follow, type FollowParts } from './follow.ts';
import { createMailbox } from './mailbox.ts';
import { makeResumable } from './resumable.ts';

/** Answers with the events, or with why there are none. Who stops reading calls `return`. */
export type Subscribe = (
  request: OperationRequest,
) => AsyncGenerator<ExecutionResult, void> | ExecutionResult;

/** How many events wait for a client at most; with cursors, the others wait at the subgraph. */
const lagMax = 256;

/**
 * Streams are followed at the subgraph that owns them; what other subgraphs own of an event is fetched
 * when the client is ready for it.
 */
export function createSubscribe(parts: ExecutionParts & FollowParts): Subscribe {
  const { supergraph, plan } = parts;

  return (request) => {
    const operation = admitOperation(supergraph, request);
    if ('errors' in operation) return operation;
    const { allowed, operationName, refusals } = operation;
    if (refusals.some(({ path }) => path?.length === 1)) return { errors: refusals };

    const resumable = makeResumable(supergraph.publicSchema, operation);
    const { primary, perEvent } = splitPlan(plan(resumable?.document ?? allowed, operationName));
    const leaving = new AbortController();
    const mailbox = createMailbox<FormattedExecutionResult>({
      max: lagMax,
      isThinned: resumable === null, // without cursors each event is the whole state
    });
    follow(parts, { primary, operation, resumable }, mailbox, leaving.signal).catch(
      (error: unknown) => {
        mailbox.end(error as Error); // heard only if the reader is still there
      },
    );

    const events = answers(parts, operation, perEvent, mailbox, leaving);
    const finish = events.return.bind(events);
    // A generator that waits for an event would not hear of it.
    events.return = async () => {
      leaving.abort();
      mailbox.end();
      return await finish();
    };
    return events;
  };
}

async function* answers(
  { supergraph, services }: ExecutionParts,
  operation: AdmittedOperation,
  plan: QueryPlan,
  events: AsyncIterable<FormattedExecutionResult>,
  leaving: AbortController,
): AsyncGenerator<ExecutionResult, void> {
  try {
    for await (const event of events) {
      const source = { process: () => Promise.resolve(event) };
      const withEvent = { ...services, [eventSource]: source };
      yield await executePlan({ supergraph, services: withEvent, operation, plan });
    }
  } finally {
    leaving.abort();
  }
}

/** No subgraph's name has a space. */
const eventSource = 'the event';

/** Apart: what the stream's subgraph is asked once, and what is done with each event that it sends. */
function splitPlan({ node }: QueryPlan) {
  if (node?.kind !== 'Subscription') throw leftOut();
  const { primary, rest } = node;
  const fromEvent = { ...primary, serviceName: eventSource };
  const perEvent: QueryPlan = {
    kind: 'QueryPlan',
    node: { kind: 'Sequence', nodes: [fromEvent, ...(rest ? [rest] : [])] },
  };
  return { primary, perEvent };
}

/** By `@skip` or `@include`. */
function leftOut(): GraphQLError {
  return new GraphQLError("The field of a subscription can't be left out.", {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

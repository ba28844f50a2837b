import { isAnonymous } from '#auth';
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import { answerText } from '../execution/answer-text.ts';
import type { GatewayContext } from '../execution/context.ts';
import type { Documents } from '../execution/documents.ts';
import type { Answer, GraphRequest } from '../execution/graph-answer.ts';
import { meantBy } from '../execution/operations.ts';
import { endingWith, type Outlet } from './outlet.ts';
import type { Quota } from './quota.ts';
import type { Subscribe, Subscription } from './subscribe.ts';

export interface OperateParts {
  readonly documents: Documents;
  readonly answer: Answer;
  readonly subscribe: Subscribe;
  /** How many streams one person may follow at once. */
  readonly streams: Quota;
}

/** An operation of a client where answers are streamed. */
export interface Operating extends Subscription {
  /** Whether it goes on; a query or mutation ends with its answer. */
  readonly isStream: boolean;
}

/** Carries out an operation of any kind where answers are streamed: queries and mutations are streams of one. */
export type Operate = (
  request: GraphRequest,
  context: GatewayContext,
  outlet: Outlet,
  mayMutate: boolean,
) => Operating;

export function createOperate(parts: OperateParts): Operate {
  const { documents, answer, subscribe, streams } = parts;

  /** Nobody in particular is many: there the address counts. */
  const followed: Subscribe = (request, context, outlet) => {
    if (isAnonymous(context.caller)) return subscribe(request, context, outlet);
    const giveBack = streams.take(context.caller.id);
    if (!giveBack) {
      outlet.end([tooManyStreams(streams.max)]);
      return neverBegun;
    }
    const subscription = subscribe(request, context, endingWith(outlet, giveBack));
    return {
      stop: () => {
        giveBack();
        subscription.stop();
      },
    };
  };

  return (request, context, outlet, mayMutate) => {
    if (isSubscription(documents, request)) {
      return { ...followed(request, context, outlet), isStream: true };
    }
    let isStopped = false;
    void answer(request, context, { mayMutate, mayDefer: false }).then((answered) => {
      if (isStopped) return;
      if (answered.data === undefined) outlet.end(answered.errors);
      else {
        outlet.next(answerText(answered));
        outlet.end();
      }
    });
    return {
      isStream: false,
      stop: () => {
        isStopped = true;
      },
    };
  };
}

const neverBegun: Subscription = { stop: () => undefined };

function tooManyStreams(max: number): GraphQLFormattedError {
  return {
    message: `One person may follow ${max} streams at once: end some first.`,
    extensions: { code: 'TOO_MANY_STREAMS' },
  };
}

/** Whether the operation that is meant is one; what is wrong with a request is told by who carries it out. */
export function isSubscription(
  documents: Documents,
  { query, operationName }: GraphRequest,
): boolean {
  const known = documents(query);
  if (!('operations' in known)) return false;
  const meant = meantBy(known.operations, operationName);
  return meant?.kind === OperationTypeNode.SUBSCRIPTION;
}

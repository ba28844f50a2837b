import { isAnonymous } from '#auth';
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import { answerText } from '../execution/answer-text.ts';
import type { GatewayContext } from '../execution/context.ts';
import type { Documents } from '../execution/documents.ts';
import type { Answer, GraphRequest } from '../execution/graph-answer.ts';
import { meantBy } from '../execution/operations.ts';
import type { Outlet } from './outlet.ts';
import { Quota } from './quota.ts';
import type { Subscribe, Subscription } from './subscribe.ts';

export interface OperateParts {
  readonly documents: Documents;
  readonly answer: Answer;
  readonly subscribe: Subscribe;
  /** How many streams one person may follow at once. */
  readonly streamsMax: number;
}

/** Carries out an operation of any kind where answers are streamed: queries and mutations are streams of one. */
export type Operate = (
  request: GraphRequest,
  context: GatewayContext,
  outlet: Outlet,
  mayMutate: boolean,
) => Subscription;

export function createOperate(parts: OperateParts): Operate {
  const { documents, answer, subscribe, streamsMax } = parts;
  const streams = new Quota(streamsMax);

  /** Nobody in particular is many: there the address counts. */
  const followed: Subscribe = (request, context, outlet) => {
    if (isAnonymous(context.caller)) return subscribe(request, context, outlet);
    const giveBack = streams.take(context.caller.id);
    if (!giveBack) {
      outlet.end([tooManyStreams(streamsMax)]);
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
    if (isSubscription(documents, request)) return followed(request, context, outlet);
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
      stop: () => {
        isStopped = true;
      },
    };
  };
}

const neverBegun: Subscription = { stop: () => undefined };

function endingWith(outlet: Outlet, onEnd: () => void): Outlet {
  return {
    get isReady() {
      return outlet.isReady;
    },
    whenReady: (callback) => {
      outlet.whenReady(callback);
    },
    next: (answer) => {
      outlet.next(answer);
    },
    end: (errors) => {
      onEnd();
      outlet.end(errors);
    },
    overflow: () => {
      onEnd();
      outlet.overflow();
    },
  };
}

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

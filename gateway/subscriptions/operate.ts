import { OperationTypeNode } from 'graphql';
import { answerText } from '../execution/answer-text.ts';
import type { GatewayContext } from '../execution/context.ts';
import type { Documents } from '../execution/documents.ts';
import type { Answer, GraphRequest } from '../execution/graph-answer.ts';
import type { Outlet } from './outlet.ts';
import type { Subscribe, Subscription } from './subscribe.ts';

export interface OperateParts {
  readonly documents: Documents;
  readonly answer: Answer;
  readonly subscribe: Subscribe;
}

/** Carries out an operation of any kind where answers are streamed: queries and mutations are streams of one. */
export type Operate = (
  request: GraphRequest,
  context: GatewayContext,
  outlet: Outlet,
) => Subscription;

export function createOperate({ documents, answer, subscribe }: OperateParts): Operate {
  return (request, context, outlet) => {
    if (isSubscription(documents, request)) return subscribe(request, context, outlet);
    let isStopped = false;
    void answer(request, context, { mayMutate: true, mayDefer: false }).then((answered) => {
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

/** Whether the operation that is meant is one; what is wrong with a request is told by who carries it out. */
export function isSubscription(
  documents: Documents,
  { query, operationName }: GraphRequest,
): boolean {
  const known = documents(query);
  if (!('operations' in known)) return false;
  const { operations } = known;
  const meant =
    operationName === undefined
      ? operations[0]
      : operations.find(({ name }) => name === operationName);
  return meant?.kind === OperationTypeNode.SUBSCRIPTION;
}

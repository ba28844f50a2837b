import type { GraphQLFormattedError } from 'graphql';

/** How answers are written into one response that goes on. */
export interface StreamFormat {
  readonly contentType: string;
  /** Before all else, at once. */
  readonly opening: string;
  /** Now and then, so that whoever is between does not take silence for the end. */
  readonly heartbeat: string;
  /** `answer` is the JSON of an execution result. */
  next(answer: string): string;
  /** The stream is over, or failed: nothing more is to be had. */
  end(errors: readonly GraphQLFormattedError[] | undefined): string;
  /** The connection is about to end, the stream is not: the client is to come back. */
  interruption(reason: GraphQLFormattedError): string;
}

/**
 * GraphQL over Server-Sent Events, each operation by a connection of its own. A stock client comes back when a
 * response breaks off without `complete`.
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md)
 */
export const sse: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  heartbeat: ':\n\n',
  next: sseNext,
  end: (errors) => `${errors ? sseNext(JSON.stringify({ errors })) : ''}event: complete\ndata:\n\n`,
  interruption: () => ':\n\n',
};

/** A scalar of somebody's own may be JSON with lines, which a field of an event can't hold. */
function sseNext(answer: string): string {
  const data = /[\r\n]/.test(answer) ? JSON.stringify(JSON.parse(answer)) : answer;
  return `event: next\ndata: ${data}\n\n`;
}

const boundary = '\r\n--graphql';

/**
 * Multipart subscriptions, as Apollo's clients take them.
 * (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol)
 */
export const multipart: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  opening: boundary,
  heartbeat: partOf('{}'),
  next: (answer) => partOf(`{"payload":${answer}}`),
  end: (errors) => `${errors ? partOf(JSON.stringify({ payload: { errors } })) : ''}--\r\n`,
  interruption: (reason) => `${partOf(JSON.stringify({ payload: null, errors: [reason] }))}--\r\n`,
};

/** Up to the next boundary, or the client would wait for that to know that it has all. */
function partOf(json: string): string {
  return `\r\ncontent-type: application/json\r\n\r\n${json}${boundary}`;
}

import type { GraphQLFormattedError } from 'graphql';
import type { GatewayContext } from './context.ts';
import type { Extensions } from './told-extensions.ts';

/** What a client asks, whichever way it came. */
export interface GraphRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface GraphAnswer {
  /** As JSON, `null` included; undefined when nothing was carried out: the request itself was wrong. */
  readonly data: string | undefined;
  readonly errors: readonly GraphQLFormattedError[];
  /** What is told besides. */
  readonly extensions?: Extensions;
  /** The HTTP status, where the media type's own rule does not say it. */
  readonly status?: number;
  /** Whether nothing was carried out because the caller may not use all of it. */
  readonly isForbidden?: boolean;
  /** What comes later, by `@defer`: each the JSON of one payload. */
  readonly later?: AsyncIterable<string>;
}

export interface AnswerOptions {
  /** Whether the request may change something; a GET may not. */
  readonly mayMutate: boolean;
  /** Whether the client takes an answer in several payloads. */
  readonly mayDefer: boolean;
}

/** Answers queries and mutations. It never throws. */
export type Answer = (
  request: GraphRequest,
  context: GatewayContext,
  options: AnswerOptions,
) => Promise<GraphAnswer>;

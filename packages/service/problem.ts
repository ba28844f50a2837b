import type { GraphQLFormattedError } from 'graphql';
import { STATUS_CODES, type ServerResponse } from 'node:http';

/** Why there is no answer: the problem details of RFC 9457. */
export interface Problem {
  readonly status: number;
  /** Stable; the same as in GraphQL. */
  readonly code: string;
  /** For people: what is wrong, and what to do. */
  readonly detail: string;
  /** The parameter that is wrong. */
  readonly field?: string;
  /** What to quote, where the fault is ours. */
  readonly incident?: string;
}

const statuses: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  CSRF_HEADER_REQUIRED: 403,
  UNAUTHORIZED_FIELD_OR_TYPE: 403,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  STALE: 409,
  CONTENT_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  SUBGRAPH_UNAVAILABLE: 503,
  UNAVAILABLE: 503,
};

/** What a GraphQL error comes to. `nameOf` says what the parameter is called for which an argument stands. */
export function problemOf(
  { message, extensions = {} }: GraphQLFormattedError,
  nameOf: (argument: string) => string | undefined = (argument) => argument,
): Problem {
  const { code, field, incident } = extensions;
  const known = typeof code === 'string' ? code : 'INTERNAL';
  const argument = typeof field === 'string' ? field : undefined;
  const name = argument === undefined ? undefined : nameOf(argument);
  return {
    status: statuses[known] ?? 500,
    code: known,
    detail: name === undefined ? message : message.replaceAll(`\`${argument}\``, `\`${name}\``),
    ...(name !== undefined && { field: name }),
    ...(typeof incident === 'string' && { incident }),
  };
}

export const problemType = 'application/problem+json';

export function sendProblem(response: ServerResponse, problem: Problem): void {
  const { status } = problem;
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-type', problemType);
  const text = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], ...problem });
  response.writeHead(status, { 'content-length': Buffer.byteLength(text) }).end(text);
}

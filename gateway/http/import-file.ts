import { Forbidden, Unauthenticated, type Authorize } from '#auth';
import { problemOf, sendProblem, type Logger, type Route } from '#service';
import type { GraphQLFormattedError } from 'graphql';
import type { IncomingMessage } from 'node:http';
import type { Dispatcher } from 'undici';
import type { VerifyAccessToken } from '../authority/access-token.ts';
import { authorizationOf } from '../authority/authorization.ts';
import { passOn } from './forward.ts';

export interface ImportFileRouteOptions {
  /** The catalogue's base address. */
  readonly url: string;
  readonly verifyAccessToken: VerifyAccessToken;
  readonly authorize: Authorize;
  readonly dispatcher: Dispatcher;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  readonly logger: Logger;
}

const path = '/api/v1/catalogue-imports/files';
const scope = 'catalogue:write';
/** As long as Node's servers let a request take to come. */
const uploadTimeoutMs = 300_000;

/** Passes files that are to be imported on to the catalogue as they come, from those who may change it. */
export function importFileRoute(options: ImportFileRouteOptions): Route {
  const { url, verifyAccessToken, authorize, dispatcher, formatError, logger } = options;

  /** What vouches for the caller before the catalogue. */
  async function vouchFor({ headers }: IncomingMessage): Promise<string> {
    const { caller, grants } = await verifyAccessToken(authorizationOf(headers));
    if (!grants.isAuthenticated) throw new Unauthenticated();
    if (!grants.scopes.has(scope))
      throw new Forbidden(`Whoever uploads files needs the scope ${scope}.`);
    return await authorize(caller, 'catalogue');
  }

  return async (request, response, { pathname }) => {
    if (pathname !== path) return false;
    response.setHeader('cache-control', 'no-store');
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      sendProblem(response, wrongMethod);
      return true;
    }
    let authorization: string;
    try {
      authorization = await vouchFor(request);
    } catch (error) {
      sendProblem(response, problemOf(formatError({ message: '' }, error)));
      return true;
    }
    await passOn(request, response, {
      ...{ url, path, dispatcher, logger },
      headers: { authorization, cookie: undefined },
      headersTimeoutMs: uploadTimeoutMs,
      fail: () => {
        sendProblem(response, away);
      },
    });
    return true;
  };
}

const wrongMethod = { status: 405, code: 'METHOD_NOT_ALLOWED', detail: 'Send the file by POST.' };

const away = {
  status: 503,
  code: 'SUBGRAPH_UNAVAILABLE',
  detail: 'The catalogue does not answer now; try again.',
};

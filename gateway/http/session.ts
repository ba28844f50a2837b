import { Unauthenticated } from '#auth';
import { BadInput } from '#errors';
import { readBody, sendJson, type Route } from '#service';
import type { GraphQLFormattedError } from 'graphql';
import type { IncomingMessage } from 'node:http';
import { accessCookie, noAccessCookie } from '../authority/access-cookie.ts';
import type { VerifyAccessToken } from '../authority/access-token.ts';
import { requireCsrfHeader } from '../authority/authorization.ts';
import { statusOf } from './status-of.ts';

export interface SessionRouteOptions {
  readonly verifyAccessToken: VerifyAccessToken;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  readonly clock: () => Date;
}

const bodyBytesMax = 16 * 1024;
/** Browsers drop larger cookies without a word. */
const tokenCharactersMax = 4_000;

/**
 * `/session`, for browsers: `POST {"accessToken": "…"}` puts the token where no script of the page can read it,
 * and `DELETE` takes it back. Both ask for the header that no other site's page can send.
 */
export function sessionRoute(options: SessionRouteOptions): Route {
  const { verifyAccessToken, formatError, clock } = options;

  async function cookieFor(request: IncomingMessage): Promise<string> {
    requireCsrfHeader(request.headers);
    if (request.method === 'DELETE') return noAccessCookie;
    const token = tokenIn(await readBody(request, bodyBytesMax));
    const { expiresAt } = await verifyAccessToken(`Bearer ${token}`);
    if (expiresAt === null) throw new Unauthenticated(); // no token is looked at here
    return accessCookie(token, Math.floor((expiresAt.getTime() - clock().getTime()) / 1000));
  }

  return async (request, response, { pathname }) => {
    if (pathname !== '/session') return false;
    response.setHeader('cache-control', 'no-store');
    if (request.method !== 'POST' && request.method !== 'DELETE') {
      response.setHeader('allow', 'POST, DELETE');
      sendJson(response, 405, { errors: [wrongMethod] });
      return true;
    }
    try {
      response.setHeader('set-cookie', await cookieFor(request));
      response.writeHead(204).end();
    } catch (error) {
      sendJson(response, statusOf(error), { errors: [formatError({ message: '' }, error)] });
    }
    return true;
  };
}

const wrongMethod: GraphQLFormattedError = {
  message: 'Send the access token by POST, or take it back by DELETE.',
  extensions: { code: 'METHOD_NOT_ALLOWED' },
};

function tokenIn(body: Buffer | null): string {
  try {
    const { accessToken } = JSON.parse(String(body)) as { readonly accessToken?: unknown };
    if (typeof accessToken === 'string' && accessToken.length <= tokenCharactersMax) {
      return accessToken;
    }
  } catch {
    // It is not what is asked for, whatever it is.
  }
  throw new BadInput(
    'accessToken',
    `Send {"accessToken": "…"}, a token of ${tokenCharactersMax} characters at most.`,
  );
}

import { Unauthenticated } from '#auth';
import { Unavailable, type AppError } from '#errors';
import { answerGraphql, sendJson, type Route } from '#service';
import type { ApolloServer } from '@apollo/server';
import type { VerifyAccessToken } from '../authority/access-token.ts';
import type { GatewayContext } from '../execution/context.ts';
import { requestIdOf } from './request-id.ts';

/** `/graphql` over HTTP: whose token is wrong gets no answer at all, whoever has none is anonymous. */
export function graphqlRoute(
  apollo: ApolloServer<GatewayContext>,
  verifyAccessToken: VerifyAccessToken,
): Route {
  return async (request, response, url) => {
    if (url.pathname !== '/graphql') return false;
    const requestId = requestIdOf(request);
    response.setHeader('x-request-id', requestId);
    const access = await verifyAccessToken(request.headers.authorization).catch(knownFailure);
    if ('caller' in access) {
      await answerGraphql(apollo, request, response, url, { caller: access.caller, requestId });
      return true;
    }
    const { message, code } = access;
    if (access instanceof Unauthenticated) response.setHeader('www-authenticate', 'Bearer');
    const status = access instanceof Unauthenticated ? 401 : 503;
    sendJson(response, status, { errors: [{ message, extensions: { code } }] });
    return true;
  };
}

function knownFailure(error: unknown): AppError {
  if (error instanceof Unauthenticated || error instanceof Unavailable) return error;
  throw error;
}

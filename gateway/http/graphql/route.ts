import type { Route } from '#service';
import type { GraphQLFormattedError } from 'graphql';
import type { IncomingMessage } from 'node:http';
import type { VerifyAccessToken } from '../../authority/access-token.ts';
import { authorizationOf } from '../../authority/authorization.ts';
import type { Answer, GraphAnswer, GraphRequest } from '../../execution/graph-answer.ts';
import { requestIdOf } from '../request-id.ts';
import { statusOf } from '../status-of.ts';
import { refuseByHeaders, tooLarge } from './admission.ts';
import { readBody } from './body.ts';
import { asJson, createNegotiate, type Accepted } from './media-types.ts';
import { fromBody, fromSearch } from './parameters.ts';
import { sendParts } from './parts.ts';
import { membersOf, sendWhole } from './whole.ts';

export interface GraphqlRouteOptions {
  readonly path: string;
  readonly answer: Answer;
  readonly verifyAccessToken: VerifyAccessToken;
  /** How an error is told to clients; what is unexpected is logged. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

/**
 * GraphQL over HTTP, as the specification of that name has it. Whose token is wrong gets no answer at
 * all, whoever has none is anonymous.
 */
export function graphqlRoute(options: GraphqlRouteOptions): Route {
  const { path, answer, verifyAccessToken, formatError } = options;
  const negotiate = createNegotiate();

  async function answerTo(
    request: IncomingMessage,
    search: string,
    accepted: Accepted | undefined,
    requestId: string,
  ): Promise<GraphAnswer> {
    const refused = refuseByHeaders(request, accepted);
    if (refused) return refused;
    const authorization = authorizationOf(request.headers);
    const access = await verifyAccessToken(authorization);
    const asked = await read(request, search);
    if ('errors' in asked) return asked;
    const context = { ...access, requestId, authorization };
    const mayDefer = accepted?.mayDefer === true;
    return await answer(asked, context, { mayMutate: request.method === 'POST', mayDefer });
  }

  function toFailure(error: unknown): GraphAnswer {
    const errors = [formatError({ message: '' }, error)];
    return { data: undefined, errors, status: statusOf(error) };
  }

  return async (request, response, { pathname, search }) => {
    if (pathname !== path) return false;
    const requestId = requestIdOf(request);
    const accepted = negotiate(request.headers.accept);
    const { contentType } = accepted ?? asJson;
    const result = await answerTo(request, search, accepted, requestId).catch(toFailure);
    const headers = ['x-request-id', requestId, 'cache-control', 'no-store'];
    if (result.later) {
      try {
        await sendParts(response, headers, `{${membersOf(result)},"hasNext":true}`, result.later);
      } catch (error) {
        toFailure(error);
        response.destroy(); // what breaks off must not look whole
      }
      return true;
    }
    const status = result.status ?? statusIn(accepted ?? asJson, result);
    headers.push('content-type', contentType, ...remedyOf(status, request.method));
    sendWhole(response, status, headers, result);
    return true;
  };
}

async function read(request: IncomingMessage, search: string): Promise<GraphRequest | GraphAnswer> {
  if (request.method === 'GET') return fromSearch(search);
  const body = await readBody(request);
  return body === undefined ? tooLarge : fromBody(body);
}

function statusIn({ statusOfRefusals }: Accepted, { data, isForbidden }: GraphAnswer): number {
  if (statusOfRefusals === 400 && isForbidden === true) return 403;
  return data === undefined ? statusOfRefusals : 200;
}

/** What HTTP wants said besides. */
function remedyOf(status: number, method: string | undefined): readonly string[] {
  if (status === 401) return ['www-authenticate', 'Bearer'];
  if (status === 405) return ['allow', method === 'GET' ? 'POST' : 'GET, POST'];
  return [];
}

import { readBody, type Route } from '#service';
import type { GraphQLFormattedError } from 'graphql';
import type { IncomingMessage } from 'node:http';
import type { VerifyAccessToken } from '../../authority/access-token.ts';
import { authorizationOf } from '../../authority/authorization.ts';
import { answerMembers } from '../../execution/answer-text.ts';
import type { GatewayContext } from '../../execution/context.ts';
import type { Answer, GraphAnswer, GraphRequest } from '../../execution/graph-answer.ts';
import { bodyBytesMax } from '../body.ts';
import { languagesOf } from '../languages.ts';
import { requestIdOf } from '../request-id.ts';
import { statusOf } from '../status-of.ts';
import type { StreamFormat } from '../streams/format.ts';
import type { Streams } from '../streams/serve-streams.ts';
import { refuseByHeaders, tooLarge } from './admission.ts';
import { asJson, createNegotiate, type Accepted } from './media-types.ts';
import { fromBody, fromSearch } from './parameters.ts';
import { sendParts } from './parts.ts';
import { sendWhole } from './whole.ts';

export interface GraphqlRouteOptions {
  readonly path: string;
  readonly answer: Answer;
  /** Whether an operation has more than one answer. */
  readonly isStream: (request: GraphRequest) => boolean;
  readonly streams: Pick<Streams, 'serve'>;
  readonly verifyAccessToken: VerifyAccessToken;
  /** How an error is told to clients; what is unexpected is logged. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

/**
 * GraphQL over HTTP, as the specification of that name has it. Whose token is wrong gets no answer at
 * all, whoever has none is anonymous.
 */
export function graphqlRoute(options: GraphqlRouteOptions): Route {
  const { path, answer, isStream, streams, verifyAccessToken, formatError } = options;
  const negotiate = createNegotiate();

  /** What is asked, or what is wrong with the request. */
  async function hear(
    request: IncomingMessage,
    search: string,
    accepted: Accepted | undefined,
    requestId: string,
  ): Promise<Asked | GraphAnswer> {
    const refused = refuseByHeaders(request, accepted);
    if (refused) return refused;
    const authorization = authorizationOf(request.headers);
    const access = await verifyAccessToken(authorization);
    const asked = await read(request, search);
    if ('errors' in asked) return asked;
    const languages = languagesOf(request.headers);
    return { asked, context: { ...access, requestId, authorization, languages } };
  }

  function toFailure(error: unknown): GraphAnswer {
    const errors = [formatError({ message: '' }, error)];
    return { data: undefined, errors, status: statusOf(error) };
  }

  return async (request, response, { pathname, search }) => {
    if (pathname !== path) return false;
    const requestId = requestIdOf(request);
    const accepted = negotiate(request.headers.accept);
    const headers = ['x-request-id', requestId, 'cache-control', 'no-store'];
    let result = await hear(request, search, accepted, requestId).catch(toFailure);
    if ('asked' in result) {
      const { asked, context } = result;
      const mayMutate = request.method === 'POST';
      const format = accepted && formatFor(accepted, isStream, asked);
      if (format) {
        streams.serve(response, { format, headers, asked, context, mayMutate });
        return true;
      }
      const mayDefer = accepted?.mayDefer === true;
      result = await answer(asked, context, { mayMutate, mayDefer }).catch(toFailure);
    }
    if (result.later) {
      const first = `{${answerMembers(result)},"hasNext":true}`;
      try {
        await sendParts(response, headers, first, result.later);
      } catch (error) {
        toFailure(error);
        response.destroy(); // what breaks off must not look whole
      }
      return true;
    }
    const { contentType } = accepted ?? asJson;
    const status = result.status ?? statusIn(accepted ?? asJson, result);
    headers.push('content-type', contentType, ...remedyOf(status, request.method));
    sendWhole(response, status, headers, result);
    return true;
  };
}

/** A request that is right by itself, and in whose name it is. */
interface Asked {
  readonly asked: GraphRequest;
  readonly context: GatewayContext;
}

/** Streams are streamed to who takes that, all else only to who takes nothing else. */
function formatFor(
  { stream, isWholeAccepted }: Accepted,
  isStream: (request: GraphRequest) => boolean,
  asked: GraphRequest,
): StreamFormat | undefined {
  return stream && (!isWholeAccepted || isStream(asked)) ? stream : undefined;
}

async function read(request: IncomingMessage, search: string): Promise<GraphRequest | GraphAnswer> {
  if (request.method === 'GET') return fromSearch(search);
  const body = await readBody(request, bodyBytesMax);
  return body === null ? tooLarge : fromBody(body);
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

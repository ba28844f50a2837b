import { sendJson, type Logger, type Route } from '#service';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { requestIdOf } from './request-id.ts';

export interface Forward {
  /** `/oauth` and all below it. */
  readonly path: string;
  /** Whose it is: the base address. */
  readonly url: string;
}

/** Passes requests on, and their answers back, byte by byte: what is signed stays as it was signed. */
export function forwardRoute(
  forwards: readonly Forward[],
  dispatcher: Dispatcher,
  logger: Logger,
): Route {
  return async (request, response, { pathname, search }) => {
    const forward = forwards.find(
      ({ path }) => pathname === path || pathname.startsWith(`${path}/`),
    );
    if (!forward) return false;
    const requestId = requestIdOf(request);
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    try {
      const { statusCode, headers, body } = await dispatcher.request({
        origin: forward.url,
        path: pathname + search,
        method: request.method ?? 'GET',
        headers: {
          ...withoutOwn(request.headers),
          'x-forwarded-for': request.socket.remoteAddress,
          'x-forwarded-host': request.headers.host,
          'x-request-id': requestId,
        },
        body: bodyOf(request),
        signal: gone.signal,
      });
      response.writeHead(statusCode, withoutOwn(headers));
      await pipeline(body, response);
    } catch (error) {
      if (gone.signal.aborted) return true; // nobody waits for an answer
      logger.warn('a forwarded request failed', { path: pathname, requestId, error });
      fail(response, error);
    }
    return true;
  };
}

/** Of one connection only (RFC 9110, 7.6.1), or for us to say. */
const own =
  /^(connection|expect|forwarded|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-forwarded-.*)$/;

function withoutOwn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !own.test(name) && !named.includes(name)),
  );
}

function bodyOf(request: IncomingMessage): PassThrough | null {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) return null;
  // A failure destroys the body that it was given; were it the request, nobody could be answered.
  return request.pipe(new PassThrough());
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy(); // half an answer must not look whole
    return;
  }
  const timedOut =
    error instanceof Error && 'code' in error && /_TIMEOUT$/.test(String(error.code));
  const message = timedOut
    ? 'Who answers here took too long; try again.'
    : 'Who answers here is not there now; try again.';
  response.setHeader('connection', 'close'); // what is left of the body is not read
  sendJson(response, timedOut ? 504 : 502, {
    errors: [{ message, extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
}

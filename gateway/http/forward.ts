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
    const to = { url: forward.url, path: pathname + search, dispatcher, logger, fail };
    await passOn(request, response, to);
    return true;
  };
}

export interface PassingOn {
  /** Whose it is: the base address. */
  readonly url: string;
  /** With its search. */
  readonly path: string;
  /** Said in the place of what the client said. */
  readonly headers?: IncomingHttpHeaders;
  /** How long the answer may take to begin; the dispatcher's own time unless told. */
  readonly headersTimeoutMs?: number;
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
  /** Says that nobody answered, before anything was said. */
  readonly fail: (response: ServerResponse, isTimeout: boolean) => void;
}

/** Passes one request on, and its answer back, as they come: neither is ever held whole. */
export async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  to: PassingOn,
): Promise<void> {
  const { url, path, headers: said, headersTimeoutMs, dispatcher, logger } = to;
  const requestId = requestIdOf(request);
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: url,
      path,
      method: request.method ?? 'GET',
      headers: {
        ...withoutOwn(request.headers),
        ...said,
        'x-forwarded-for': request.socket.remoteAddress,
        'x-forwarded-host': request.headers.host,
        'x-request-id': requestId,
      },
      body: bodyOf(request),
      signal: gone.signal,
      ...(headersTimeoutMs !== undefined && { headersTimeout: headersTimeoutMs }),
    });
    response.writeHead(statusCode, withoutOwn(headers));
    await pipeline(body, response);
    request.resume(); // who still sends what nobody wants would not hear the answer
  } catch (error) {
    if (gone.signal.aborted) return; // nobody waits for an answer
    logger.warn('a forwarded request failed', { path, requestId, error });
    if (response.headersSent) {
      response.destroy(); // half an answer must not look whole
      return;
    }
    response.setHeader('connection', 'close'); // what is left of the body is not read
    to.fail(response, isTimeout(error));
  }
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

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /_TIMEOUT$/.test(String(error.code));
}

function fail(response: ServerResponse, isTimeout: boolean): void {
  const message = isTimeout
    ? 'Who answers here took too long; try again.'
    : 'Who answers here is not there now; try again.';
  sendJson(response, isTimeout ? 504 : 502, {
    errors: [{ message, extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
}

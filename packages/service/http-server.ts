import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from './logger.ts';
import type { Running } from './process.ts';

/** Answers a request, or says `false` so that the next may. The URL is only to be read. */
export type Route = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => Promise<boolean> | boolean;

export interface HttpServer extends Running {
  /** For what upgrades connections. */
  readonly server: Server;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Asked in turn; nobody's request is answered with 404. */
  readonly routes: readonly Route[];
  readonly logger: Logger;
}

// Longer than our own clients keep a connection, or they would send into one that is just closing.
const keepAliveTimeoutMs = 65_000;

/** Listens until disposed; requests under way are answered first. */
export async function serveHttp(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, routes, logger } = options;
  const urlOf = createUrlParser();
  const server = createServer((request, response) => {
    const url = urlOf(request.url ?? '/');
    if (url === null) {
      sendJson(response, 400, { errors: [{ message: 'The address is none.' }] });
      return;
    }
    answer(request, response, url, routes).catch((error: unknown) => {
      logger.error('a request failed', { error, method: request.method, url: request.url });
      sendJson(response, 500, { errors: [{ message: 'Something broke on our side.' }] });
    });
  });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    server,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeIdleConnections();
      if (server.listening) return;
      const closed = once(server, 'close');
      const timer = setTimeout(() => {
        server.closeAllConnections();
      }, drainMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

const drainMs = 2_000;

/** The last one is kept: most requests go where the one before went. */
function createUrlParser(): (target: string) => URL | null {
  let last = '';
  let url: URL | null = null;
  return (target) => {
    if (target === last) return url;
    last = target;
    url = URL.parse(target, 'http://localhost');
    return url;
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  routes: readonly Route[],
): Promise<void> {
  for (const route of routes) if (await route(request, response, url)) return;
  sendJson(response, 404, { errors: [{ message: `Nothing is served at ${url.pathname}.` }] });
}

/** Ends the response with JSON, unless it has begun already. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(text);
}

/**
 * The whole body, or null when it is larger than `bytesMax`: the rest of it is read and forgotten, or who still
 * sends would not hear the answer. It never settles when the client leaves first.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve(null);
      }
    });
    request.on('end', () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
  });
}

/** What whoever watches a process is told besides. */
export type Details = Readonly<Record<string, unknown>>;

/** `/health/live` and `/health/ready`: 200 or 503, for whoever watches the process, who is told the details. */
export function healthRoutes(
  isReady: () => boolean | Promise<boolean>,
  details: () => Details | Promise<Details> = () => ({}),
): Route {
  return async (_request, response, { pathname }) => {
    if (pathname === '/health/live') sendJson(response, 200, { status: 'live' });
    else if (pathname === '/health/ready') {
      const ready = await isReady();
      const status = ready ? 'ready' : 'starting';
      sendJson(response, ready ? 200 : 503, { status, ...(await details()) });
    } else return false;
    return true;
  };
}

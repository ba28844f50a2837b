import { Unauthenticated, type Authenticate, type Principal } from '#auth';
import { createErrorFormatter } from '#graphql';
import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerGraphql } from './graph-http.ts';
import { serveGraphSocket } from './graph-socket.ts';
import { healthRoutes, sendJson, serveHttp, type Details, type Route } from './http-server.ts';
import type { Logger } from './logger.ts';
import type { Running } from './process.ts';
import type { RequestMetadata } from './request-metadata.ts';

export interface SubgraphServerOptions<Context extends BaseContext> {
  readonly schema: GraphQLSchema;
  readonly authenticate: Authenticate;
  /** Makes what the resolvers see, anew for each request and each subscription. */
  readonly contextFor: (caller: Principal, metadata: RequestMetadata) => Context;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logger: Logger;
  /** Whether it can do its work, for `/health/ready`; at once unless told. */
  readonly isReady?: () => boolean | Promise<boolean>;
  /** What `/health/ready` tells besides. */
  readonly health?: () => Promise<Details>;
  /** What the answer's `extensions` are to say, once the request has been carried out. */
  readonly extensionsOf?: (context: Context) => Readonly<Record<string, unknown>>;
  /** Served beside `/graphql`. */
  readonly routes?: readonly Route[];
}

/**
 * Serves a subgraph's schema until disposed: `/graphql` over HTTP and graphql-transport-ws, for callers
 * with an internal token alone; `/health/live` and `/health/ready`. Requests under way are answered first.
 */
export async function serveSubgraph<Context extends BaseContext>(
  options: SubgraphServerOptions<Context>,
): Promise<Running> {
  const {
    schema,
    authenticate,
    contextFor,
    host,
    port,
    logger,
    isReady,
    health,
    extensionsOf,
    routes = [],
  } = options;
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const formatError = createErrorFormatter(logger);
  const apollo = new ApolloServer<Context>({
    schema,
    plugins: [
      // Either would look at every field of every answer, and nobody reads what they say.
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ...(extensionsOf ? [telling(extensionsOf)] : []),
    ],
    formatError,
    csrfPrevention: false, // no browser gets here, and no cookie carries authority
    stopOnTerminationSignals: false, // the process itself decides in which order its parts stop
  });
  await apollo.start();
  opened.defer(() => apollo.stop());

  async function graphql(request: IncomingMessage, response: ServerResponse, url: URL) {
    if (url.pathname !== '/graphql') return false;
    try {
      const caller = await authenticate(request.headers.authorization);
      const context = contextFor(caller, {
        requestId: requestIdOf(request),
        languages: request.headers['accept-language'],
      });
      await answerGraphql(apollo, request, response, url, context);
    } catch (error) {
      if (!(error instanceof Unauthenticated)) throw error;
      const { message, code } = error;
      sendJson(response, 401, { errors: [{ message, extensions: { code } }] });
    }
    return true;
  }

  const http = opened.use(
    await serveHttp({
      host,
      port,
      routes: [graphql, healthRoutes(isReady ?? (() => true), health), ...routes],
      logger,
    }),
  );
  opened.use(
    serveGraphSocket({ server: http.server, schema, authenticate, contextFor, formatError }),
  );
  return Object.assign(opened.move(), { url: http.url });
}

function telling<Context extends BaseContext>(
  extensionsOf: (context: Context) => Readonly<Record<string, unknown>>,
): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ response: { body }, contextValue }) => {
          const told = extensionsOf(contextValue);
          if (body.kind === 'single' && Object.keys(told).length > 0) {
            body.singleResult.extensions = { ...body.singleResult.extensions, ...told };
          }
          return Promise.resolve();
        },
      }),
  };
}

/** The id that the gateway gave the request, which every service's log repeats. */
function requestIdOf(request: IncomingMessage): string {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' && id !== '' ? id : randomUUID();
}

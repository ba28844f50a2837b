import { Unauthenticated, type Authenticate, type Principal } from '#auth';
import {
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { RequestMetadata } from './request-metadata.ts';

export interface GraphSocketOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly authenticate: Authenticate;
  readonly contextFor: (caller: Principal, metadata: RequestMetadata) => object;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

const payloadBytesMax = 10 * 1024 * 1024;
const documentsMax = 1_000;
/** "Service restart": a graphql-ws client comes back after it. */
const serviceRestart = 1012;

/**
 * Takes graphql-transport-ws at `/graphql`. One socket carries the operations of many callers, so each
 * has its caller's internal token in `extensions.authorization` of its payload, and in `extensions["accept-language"]`
 * what the caller would rather read.
 */
export function serveGraphSocket(options: GraphSocketOptions): AsyncDisposable {
  const { server, schema, authenticate, contextFor, formatError } = options;
  const documentOf = createDocumentCache(schema);
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    perMessageDeflate: false,
    maxPayload: payloadBytesMax,
  });
  const protocol = useServer(
    {
      // Not `context`: what throws there closes the socket, and with it everybody's streams.
      onSubscribe: async (_socket, _id, payload) => {
        const { authorization, requestId, 'accept-language': languages } = payload.extensions ?? {};
        try {
          const caller = await authenticate(text(authorization));
          const document = documentOf(payload.query);
          if (!('kind' in document)) return document;
          return {
            schema,
            document,
            operationName: payload.operationName,
            variableValues: payload.variables,
            contextValue: contextFor(caller, {
              requestId: text(requestId) ?? randomUUID(),
              languages: text(languages),
            }),
          };
        } catch (error) {
          if (!(error instanceof Unauthenticated)) throw error;
          return [new GraphQLError(error.message, { originalError: error })];
        }
      },
      onError: (_socket, _id, _payload, errors) =>
        errors.map((error) => formatError(error.toJSON(), error)),
      onNext: (_socket, _id, _payload, _args, { data, extensions, errors }) => ({
        ...(data !== undefined && { data }),
        ...(extensions !== undefined && { extensions }),
        ...(errors && { errors: errors.map((error) => formatError(error.toJSON(), error)) }),
      }),
    },
    sockets,
  );
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) socket.close(serviceRestart, 'Service restart');
      await protocol.dispose();
    },
  };
}

/** Parses and validates each distinct document once: the gateway sends few. */
function createDocumentCache(schema: GraphQLSchema) {
  const known = new Map<string, DocumentNode | readonly GraphQLError[]>();
  return (query: string): DocumentNode | readonly GraphQLError[] => {
    const found = known.get(query);
    if (found !== undefined) return found;
    const document = parsed(query);
    const errors = 'kind' in document ? validate(schema, document) : document;
    const outcome = errors.length > 0 ? errors : document;
    if (known.size >= documentsMax) known.clear();
    known.set(query, outcome);
    return outcome;
  };
}

function parsed(query: string): DocumentNode | readonly GraphQLError[] {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

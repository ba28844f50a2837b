import { anonymous, Unauthenticated, type Principal } from '#auth';
import { Unavailable } from '#errors';
import {
  GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { CloseCode, type OperationResult } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { isExpired, type VerifyAccessToken } from '../authority/access-token.ts';
import type { GatewayContext } from '../execution/context.ts';
import type { Documents } from '../execution/documents.ts';
import type { Answer, GraphAnswer, GraphRequest } from '../execution/graph-answer.ts';
import { GraphQLErrors, type Subscribe } from '../subscriptions/subscribe.ts';

export interface GraphSocketOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly answer: Answer;
  readonly subscribe: Subscribe;
  readonly verifyAccessToken: VerifyAccessToken;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  readonly clock: () => Date;
}

/** Who is at the other end of a socket. */
interface Connection extends Record<PropertyKey, unknown> {
  caller?: Principal;
  authorization?: string | undefined;
  expiry?: NodeJS.Timeout;
}

const payloadBytesMax = 1024 * 1024;
const operationsMax = 100;
const timerMsMax = 2 ** 31 - 1;
const drainMs = 2_000;

/**
 * `/graphql` by graphql-transport-ws: queries, mutations and subscriptions, in the name of the token in
 * `connection_init`. It closes when that token expires; a stock client then comes back with a new one.
 */
export function serveGraphSocket(options: GraphSocketOptions): AsyncDisposable {
  const { server, schema, documents, answer, subscribe } = options;
  const { verifyAccessToken, formatError, clock } = options;
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    perMessageDeflate: false,
    maxPayload: payloadBytesMax,
  });

  const format = (error: GraphQLError) => formatError(error.toJSON(), error);
  const protocol = useServer<Record<string, unknown>, Connection>(
    {
      onConnect: async ({ connectionParams, extra }) => {
        const { socket } = extra;
        try {
          const authorization = authorizationOf(connectionParams);
          const { caller, expiresAt } = await verifyAccessToken(authorization);
          Object.assign(extra, { caller, authorization });
          if (expiresAt !== null && socket.readyState === socket.OPEN) {
            const leftMs = expiresAt.getTime() - clock().getTime();
            extra.expiry = setTimeout(
              () => {
                socket.close(...expired);
              },
              Math.min(leftMs, timerMsMax),
            );
          }
          return true;
        } catch (error) {
          const closing = closingOf(error);
          if (closing === null) throw error;
          socket.close(...closing);
          return false; // or what follows on the socket would still be answered
        }
      },
      onClose: ({ extra }) => {
        clearTimeout(extra.expiry);
      },
      onSubscribe: ({ extra, subscriptions }, _id, { query, operationName, variables }) => {
        if (Object.keys(subscriptions).length > operationsMax) return [tooMany()];
        const known = documents(query);
        if (!('document' in known)) return known;
        const { caller = anonymous('gateway'), authorization } = extra;
        const contextValue: Asked = {
          request: { query, operationName: operationName ?? undefined, variables: variables ?? {} },
          context: { caller, authorization, requestId: randomUUID() },
        };
        return { schema, document: known.document, operationName, contextValue };
      },
      execute: async (args) => {
        const { request, context } = askedBy(args);
        return handedOn(await answer(request, context, { mayMutate: true, mayDefer: false }));
      },
      subscribe: async (args) => {
        const { request, context } = askedBy(args);
        try {
          return handedOn(await subscribe(request, context));
        } catch (error) {
          // What is thrown here would close the socket, and end everything else on it.
          return handedOn({ data: undefined, errors: errorsOf(error).map(format) });
        }
      },
      onNext: (_socket, _id, _payload, _args, handed) => resultOf(handed as unknown as GraphAnswer),
      onError: (_socket, _id, _payload, errors) => errors.map(format),
    },
    sockets,
  );

  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) socket.close(1012, 'Service restart');
      const timer = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, drainMs);
      await protocol.dispose();
      clearTimeout(timer);
    },
  };
}

/** As `{"Authorization": "Bearer …"}`; who sends none is nobody in particular. */
function authorizationOf(params: Readonly<Record<string, unknown>> = {}): string | undefined {
  const given = params['Authorization'] ?? params['authorization'] ?? undefined;
  return given === undefined || typeof given === 'string' ? given : '';
}

type Closing = readonly [code: number, reason: string];

const expired: Closing = [CloseCode.Forbidden, 'Access token expired'];

/** A stock client gives up after 4401, and comes back after the others. */
function closingOf(error: unknown): Closing | null {
  if (isExpired(error)) return expired;
  if (error instanceof Unauthenticated) return [CloseCode.Unauthorized, 'Unauthorized'];
  if (error instanceof Unavailable) return [1013, 'Try again later'];
  return null;
}

function tooMany(): GraphQLError {
  return new GraphQLError(`One socket takes ${operationsMax} operations at once: end some first.`, {
    extensions: { code: 'TOO_MANY_OPERATIONS' },
  });
}

/** What an operation on a socket asks, and for whom. */
interface Asked {
  readonly request: GraphRequest;
  readonly context: GatewayContext;
}

function askedBy({ contextValue }: ExecutionArgs): Asked {
  return contextValue as Asked;
}

/** The protocol's library hands it to `onNext` as it is, where it becomes what is sent. */
function handedOn(
  answers: GraphAnswer | AsyncGenerator<GraphAnswer, void>,
): Exclude<OperationResult, Promise<unknown>> {
  return answers as unknown as ExecutionResult;
}

function resultOf({ data, errors }: GraphAnswer): FormattedExecutionResult {
  return {
    ...(data !== undefined && { data: JSON.parse(data) as Record<string, unknown> }),
    ...(errors.length > 0 && { errors }),
  };
}

function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof GraphQLErrors) return error.errors;
  if (error instanceof GraphQLError) return [error];
  const originalError = error instanceof Error ? error : new Error(String(error));
  return [new GraphQLError('', { originalError })];
}

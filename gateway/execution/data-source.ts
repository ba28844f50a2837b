import type { Authorize } from '#auth';
import type { Logger } from '#service';
import type { GraphQLDataSource } from '@apollo/gateway';
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { GraphQLError } from 'graphql';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { GatewayContext } from './context.ts';

export interface DataSourceOptions {
  /** The subgraph's name, which its tokens are made for. */
  readonly name: string;
  /** Its base address. */
  readonly url: string;
  readonly authorize: Authorize;
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
}

type Operation = Parameters<GraphQLDataSource<GatewayContext>['process']>[0];

/** The connection broke, or never was: what undici and Node call it. */
const connectionLost = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Fetches from one subgraph in the caller's name. What fails, fails without naming the subgraph. */
export function createDataSource(options: DataSourceOptions): GraphQLDataSource<GatewayContext> {
  const { name, url, authorize, dispatcher, logger } = options;

  async function fetch({ request, context }: Operation): Promise<GatewayGraphQLResponse> {
    const { caller, requestId } = context as GatewayContext;
    const { query, operationName, variables } = request;
    const { statusCode, body } = await dispatcher.request({
      origin: url,
      path: '/graphql',
      method: 'POST',
      headers: {
        authorization: await authorize(caller, name),
        'content-type': 'application/json',
        accept: 'application/json',
        'x-request-id': requestId,
      },
      body: JSON.stringify({ query, operationName, variables }),
    });
    const text = await body.text();
    const answer = statusCode === 401 ? null : parseAnswer(text); // our token, not the caller's
    if (answer !== null) return answer;
    throw new Error(`answered ${statusCode}: ${text.slice(0, 200)}`);
  }

  async function fetchOrRetry(operation: Operation): Promise<GatewayGraphQLResponse> {
    try {
      return await fetch(operation);
    } catch (error) {
      // A mutation that was sent may have been carried out.
      const isMutation = operation.request.query?.startsWith('mutation') ?? false;
      if (isMutation || !connectionLost.has(codeOf(error))) throw error;
      await delay(retryDelayMs / 2 + Math.random() * retryDelayMs);
      return await fetch(operation);
    }
  }

  return {
    process: async (operation) => {
      try {
        return await fetchOrRetry(operation);
      } catch (error) {
        const { requestId } = operation.context as GatewayContext;
        logger.warn('a subgraph did not answer', { subgraph: name, requestId, error });
        throw unavailable(operation);
      }
    },
  };
}

const retryDelayMs = 50;

function parseAnswer(text: string): GatewayGraphQLResponse | null {
  try {
    const answer: unknown = JSON.parse(text);
    const isAnswer = typeof answer === 'object' && answer !== null;
    if (!isAnswer || !('data' in answer || 'errors' in answer)) return null;
    return answer as GatewayGraphQLResponse;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function unavailable(operation: Operation): GraphQLError {
  const path = 'pathInIncomingRequest' in operation ? (operation.pathInIncomingRequest ?? []) : [];
  const list = path.indexOf('@'); // every item of it is concerned
  return new GraphQLError('A part that this needs does not answer now; try again.', {
    path: list < 0 ? path : path.slice(0, list),
    extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
  });
}

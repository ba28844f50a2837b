import type { Logger } from '#service';
import { OperationTypeNode } from 'graphql';
import type { GatewayContext } from '../execution/context.ts';
import type { SubgraphRequest } from '../executor/run.ts';
import type { Share } from '../shared.ts';
import { Connections } from './http/connections.ts';
import { KnownSubgraphs, type Reached } from './known-subgraphs.ts';
import { SubgraphUnavailable } from './subgraph-unavailable.ts';
import { Subgraph } from './subgraph.ts';

/** What tells a subgraph who asks; fetches that differ in it are never joined. */
export type Authority = Readonly<Record<string, string>>;

export interface FetchingOptions {
  /** The subgraphs' GraphQL addresses, such as `http://127.0.0.1:4001/graphql`, by their names. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Those that others ask, too; of its own unless given. */
  readonly known?: KnownSubgraphs;
  /** The headers for one of them. */
  readonly headersFor: (
    context: GatewayContext,
    subgraph: string,
  ) => Promise<Authority> | Authority;
  /** Whether equal queries that are under way at the same time are fetched once. */
  readonly joins: boolean;
  /** From asking to the end of the answer; whoever is asked again has it anew. */
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** To each host. */
  readonly connectionsMax?: number;
  readonly answerBytesMax?: number;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
  readonly logger: Logger;
}

/**
 * Resolves to the answer's text, which says of itself that it is GraphQL's and is not read here.
 * @throws SubgraphUnavailable when there is none; it is logged already.
 */
export type FetchText = (request: SubgraphRequest) => Promise<string>;

export interface Fetching extends AsyncDisposable {
  /** Fetches in the name of one caller. */
  for(context: GatewayContext, options?: { readonly joins?: boolean }): FetchText;
}

/**
 * Asks subgraphs over connections that are kept. Disposed of, it fails what is under way to those that nobody else
 * asks.
 */
export function createFetching(options: FetchingOptions): Fetching {
  const { headersFor, known = new KnownSubgraphs(), logger } = options;
  const { inFlight } = known;
  const subgraphs = reachSubgraphs(options, known);

  async function authorityOf(context: GatewayContext, name: string): Promise<Authority> {
    try {
      return await headersFor(context, name);
    } catch (error) {
      const { requestId } = context;
      logger.warn('a subgraph can not be asked', { subgraph: name, requestId, error });
      throw new SubgraphUnavailable(name, error);
    }
  }

  return {
    for: (context, { joins = options.joins } = {}) => {
      const { requestId } = context;
      return async (request) => {
        const { service, kind, body } = request;
        const reached = subgraphs.get(service);
        if (reached === undefined) throw new Error(`no address of the subgraph ${service}`);
        const { subgraph } = reached.value;
        const authority = await authorityOf(context, service);
        const ask = () => subgraph.ask(request, headersOf(authority, requestId), requestId);
        if (kind === OperationTypeNode.QUERY) {
          if (!joins) return await ask();
          return await inFlight.join(JSON.stringify([subgraph.key, authority]) + body, ask);
        }
        try {
          return await ask();
        } finally {
          inFlight.part(); // even if it failed, for it may have been carried out
        }
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const reached of subgraphs.values()) await reached[Symbol.asyncDispose]();
    },
  };
}

/** By name. */
function reachSubgraphs(
  options: FetchingOptions,
  known: KnownSubgraphs,
): ReadonlyMap<string, Share<Reached>> {
  const { timeoutMs = 10_000, connectTimeoutMs = 2_000, connectionsMax = 128 } = options;
  const { answerBytesMax = 50 * 2 ** 20, now = () => performance.now(), logger } = options;

  const reach = (name: string, address: string, key: string): Reached => {
    const { origin, pathname, search } = new URL(address);
    const connections = known.origins.take(
      origin,
      () =>
        new Connections({
          origin: new URL(origin),
          connectionsMax,
          connectTimeoutMs,
          bytesMax: answerBytesMax,
        }),
    );
    const path = `${pathname}${search}`;
    const { value } = connections;
    const subgraph = new Subgraph({
      name,
      key,
      path,
      connections: value,
      timeoutMs,
      now,
      logger,
    });
    return { subgraph, connections };
  };

  return new Map(
    Object.entries(options.subgraphs).map(([name, address]) => {
      const key = `${name} ${address}`;
      return [name, known.subgraphs.take(key, () => reach(name, address, key))];
    }),
  );
}

const accepted = 'application/json, application/graphql-response+json;q=0.9';

/** Names and values in turn. */
function headersOf(authority: Authority, requestId: string): string[] {
  const headers = ['content-type', 'application/json', 'accept', accepted];
  headers.push('x-request-id', requestId);
  for (const [name, value] of Object.entries(authority)) headers.push(name, value);
  return headers;
}

import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { createClient, type Client, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Shared } from '../shared.ts';
import type { SubgraphAccess } from '../subgraph-access.ts';

/** How a subscription at a subgraph ended: by its own will, by refusal, or with its connection. */
export type Ending = 'completed' | 'dropped' | readonly GraphQLFormattedError[];

export interface Upstreams extends AsyncDisposable {
  /** Follows one subscription until it ends or the signal says so; never takes it up again by itself. */
  subscribe(
    subgraph: string,
    payload: SubscribePayload,
    onEvent: (event: FormattedExecutionResult) => void,
    signal: AbortSignal,
  ): Promise<Ending>;
}

export interface UpstreamsOptions {
  /** The addresses of their graphs, by name. */
  readonly subgraphs: ReadonlyMap<string, string>;
  readonly access: SubgraphAccess;
  /** Those that others follow, too; of its own unless given. */
  readonly known?: KnownUpstreams;
}

/** By name and address. */
export type KnownUpstreams = Shared<Upstream>;

interface Upstream {
  readonly client: Client;
  /** Tells each subscription on the socket that it is gone. */
  readonly onDrop: Set<() => void>;
}

const handshakeTimeoutMs = 5_000;
const pingEveryMs = 10_000;
const pongTimeoutMs = 5_000;
/** Who re-subscribes at once finds the socket still open. */
const idleSocketMs = 3_000;

class SubgraphSocket extends WebSocket {
  constructor(address: string, protocol: string) {
    super(address, protocol, { perMessageDeflate: false, handshakeTimeout: handshakeTimeoutMs });
  }
}

/** One graphql-transport-ws socket to each subgraph, opened when first needed, for everybody's subscriptions. */
export function createUpstreams(options: UpstreamsOptions): Upstreams {
  const { subgraphs, access, known = knownUpstreams() } = options;
  const upstreams = new Map(
    [...subgraphs].map(([name, url]) => [
      name,
      known.take(`${name} ${url}`, () => openUpstream(name, url, access)),
    ]),
  );

  return {
    subscribe: (subgraph, payload, onEvent, signal) => {
      const upstream = upstreams.get(subgraph);
      if (upstream === undefined) throw new Error(`no address of ${subgraph}`);
      return follow(upstream.value, payload, onEvent, signal);
    },
    [Symbol.asyncDispose]: async () => {
      for (const upstream of upstreams.values()) await upstream[Symbol.asyncDispose]();
    },
  };
}

export function knownUpstreams(): KnownUpstreams {
  return new Shared(async ({ client }) => {
    try {
      await client.dispose();
    } catch {
      // It was about to connect, and could not.
    }
  });
}

function openUpstream(name: string, url: string, access: SubgraphAccess): Upstream {
  const onDrop = new Set<() => void>();
  let pong: NodeJS.Timeout | undefined;
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: SubgraphSocket,
    connectionParams: () => access.socketParamsFor(name),
    connectionAckWaitTimeout: handshakeTimeoutMs,
    lazyCloseTimeout: idleSocketMs,
    // It would re-subscribe as before, and events would come twice.
    retryAttempts: 0,
    keepAlive: pingEveryMs,
    on: {
      ping: (received) => {
        // Nothing else tells a host that is gone from one that is silent.
        if (received) return;
        pong = setTimeout(() => {
          client.terminate();
        }, pongTimeoutMs);
      },
      pong: (received) => {
        if (received) clearTimeout(pong);
      },
      closed: () => {
        clearTimeout(pong);
        // Before the client itself hears of it: after a normal closure it re-subscribes even so.
        for (const drop of [...onDrop]) drop();
      },
    },
  });
  return { client, onDrop };
}

async function follow(
  { client, onDrop }: Upstream,
  payload: SubscribePayload,
  onEvent: (event: FormattedExecutionResult) => void,
  signal: AbortSignal,
): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  let ended = false;
  const endBy = (ending: Ending) => {
    ended = true;
    resolve(ending);
    stop();
  };
  const drop = () => {
    endBy('dropped');
  };
  const stop = client.subscribe(payload, {
    next: (event) => {
      if (!ended) onEvent(event as FormattedExecutionResult);
    },
    error: (error) => {
      endBy(Array.isArray(error) ? (error as GraphQLFormattedError[]) : 'dropped');
    },
    complete: () => {
      endBy('completed');
    },
  });
  onDrop.add(drop);
  signal.addEventListener('abort', drop);
  try {
    return await promise;
  } finally {
    onDrop.delete(drop);
    signal.removeEventListener('abort', drop);
  }
}

// The subgraph, as a process of its own. Prints where its graph is; `POST /emit` makes it tick.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { nowMs } from './clock.ts';
import { contract } from './contract.ts';

interface Tick {
  /** How many came before it, and itself. */
  readonly cursor: string;
  readonly at: number;
  readonly text: string;
}

const text = 'Whatever an event has to say of itself. '.repeat(6);
const ticks: Tick[] = [];
let moved = Promise.withResolvers<undefined>();

function tick(): void {
  ticks.push({ cursor: String(ticks.length + 1), at: nowMs(), text });
  moved.resolve(undefined);
  moved = Promise.withResolvers();
}

async function* ticksSince(since: string | null | undefined): AsyncGenerator<Tick, void> {
  let next = Number(since ?? ticks.length - 1);
  for (;;) {
    for (; next < ticks.length; next += 1) {
      const found = ticks[next];
      if (found) yield found;
    }
    await moved.promise;
  }
}

async function emit(count: number, perSecond: number): Promise<void> {
  const begunAt = nowMs();
  for (let made = 1; made <= count; made += 1) {
    await delay(begunAt + (made * 1_000) / perSecond - nowMs());
    tick();
  }
}

tick();
const schema = buildSubgraphSchema([
  {
    typeDefs: parse(contract),
    resolvers: {
      Query: { latest: () => ticks.at(-1) },
      Subscription: {
        ticker: {
          subscribe: (_root: unknown, { since }: { since?: string | null }) => ticksSince(since),
          resolve: (found: Tick) => found,
        },
      },
    },
  },
]);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname !== '/emit') response.writeHead(404).end();
  else {
    void emit(Number(searchParams.get('count')), Number(searchParams.get('perSecond'))).then(() => {
      response.end();
    });
  }
});
useServer({ schema }, new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false }));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);

import fc from 'fast-check';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { composeHouses } from '../fixtures/houses.ts';
import { openLine, type Line } from '../fixtures/line.ts';
import { startStack, type Stack } from '../fixtures/stack.ts';

let stack: Stack;
let token: string;
/** Between the clients and the gateway. */
let line: Line;
beforeAll(async () => {
  stack = await startStack({ limits: { connectionsPerAddress: 2_000, streamsPerPerson: 2_000 } });
  token = await stack.sign('orders:read:own');
  line = await openLine(stack.url);
});
afterAll(async () => {
  await line[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const query = `subscription ($since: String) {
  orderUpdated(id: "1", since: $since) { cursor sequence }
}`;

interface Update {
  readonly cursor: string;
  readonly sequence: number | null;
}

/** As a front end does it: whenever the stream breaks off, it subscribes anew with the last cursor that it got. */
class Watcher {
  readonly sequences: (number | null)[] = [];
  /** How often it has subscribed. */
  begun = 0;
  readonly #client: Client;
  #since: string | undefined;
  #hasLeft = false;
  readonly done: Promise<void>;

  constructor(url: string, since?: number) {
    this.#since = since === undefined ? undefined : String(since);
    this.#client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: `Bearer ${token}` },
      retryAttempts: 0, // a stock client's own would ask for the old cursor again
    });
    this.done = this.#watch();
  }

  get last(): number {
    return Number(this.#since ?? Number.NaN);
  }

  async leave(): Promise<void> {
    this.#hasLeft = true;
    await this.#client.dispose();
    await this.done;
  }

  async #watch(): Promise<void> {
    while (!this.#hasLeft) {
      const variables = this.#since === undefined ? {} : { since: this.#since };
      this.begun += 1;
      try {
        for await (const { data } of this.#client.iterate({ query, variables })) {
          const { cursor, sequence } = (data as { orderUpdated: Update }).orderUpdated;
          this.#since = cursor;
          this.sequences.push(sequence);
        }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20)); // it comes back as soon as it can
      }
    }
  }
}

let supergraphs = 0;
/** By one that differs by its text alone. */
async function replaceSupergraph(): Promise<void> {
  await stack.replace(`${composeHouses()}\n# ${++supergraphs}`);
}

const upTo = (watchers: readonly Watcher[], last: number) =>
  expect.poll(() => watchers.every((watcher) => watcher.last === last), { timeout: 60_000 });

const happenings = fc.array(
  fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 30 }) }),
    fc.constantFrom(
      'cut the client',
      'cut the subgraph',
      'restart the subgraph',
      'restart the gateway',
      'replace the supergraph',
    ),
  ),
  { minLength: 2, maxLength: 10 },
);

test(
  'whichever side breaks, the client sees what the table holds',
  { timeout: 180_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (script) => {
        const from = stack.log.last;
        const watchers = [new Watcher(line.url, from), new Watcher(line.url, from)];
        for (const happening of script) {
          if (typeof happening === 'object') stack.log.append(happening.append);
          else if (happening === 'cut the client') line.cut();
          else if (happening === 'cut the subgraph') stack.cutOrders();
          else if (happening === 'replace the supergraph') await replaceSupergraph();
          else {
            const part = happening === 'restart the gateway' ? 'gateway' : 'orders';
            await stack.stop(part);
            stack.log.append();
            await stack.start(part);
          }
        }
        stack.log.append();
        const { last } = stack.log;
        await upTo(watchers, last).toBe(true);
        const all = Array.from({ length: last - from }, (_, index) => from + index + 1);
        for (const watcher of watchers) {
          await watcher.leave();
          expect(watcher.sequences).toEqual(all);
        }
      }),
      { numRuns: 8 },
    );
  },
);

test(
  'a thousand sockets outlive the subgraph, the gateway and its supergraph',
  { timeout: 180_000 },
  async () => {
    const from = stack.log.last;
    const watchers = Array.from({ length: 1_000 }, () => new Watcher(stack.url, from));
    stack.log.append(3);
    await upTo(watchers, from + 3).toBe(true);
    await stack.stop('orders');
    stack.log.append(2);
    await stack.start('orders');
    await upTo(watchers, from + 5).toBe(true);
    await stack.stop('gateway');
    stack.log.append(2);
    await stack.start('gateway');
    stack.log.append(3);
    await upTo(watchers, from + 10).toBe(true);
    const before = watchers.map(({ begun }) => begun);
    await replaceSupergraph();
    stack.log.append();
    const haveComeBack = () => watchers.every(({ begun }, index) => begun > (before[index] ?? 0));
    await expect.poll(haveComeBack, { timeout: 60_000 }).toBe(true);
    stack.log.append();
    await upTo(watchers, from + 12).toBe(true);
    const all = Array.from({ length: 12 }, (_, index) => from + index + 1);
    for (const watcher of watchers) expect(watcher.sequences).toEqual(all);
    await Promise.all(watchers.map((watcher) => watcher.leave()));
  },
);

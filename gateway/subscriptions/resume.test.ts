import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { connect, next, take, type Message, type SocketClient } from '../fixtures/socket.ts';
import { startStack, type Stack } from '../fixtures/stack.ts';

let stack: Stack;
let token: string;
let client: SocketClient;
beforeAll(async () => {
  stack = await startStack();
  token = await stack.sign('orders:read:own');
});
beforeEach(() => {
  client = connect(stack.url, token);
});
afterEach(async () => {
  await client.dispose();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const subscription = `subscription ($since: String) {
  orderUpdated(id: "1", since: $since) { sequence order { product { name } } }
}`;

type Events = AsyncIterator<Message, unknown>;

/** Reads sequences until the given one, the events whole. */
async function sequencesTo(events: Events, last: number) {
  const sequences: unknown[] = [];
  while (sequences.at(-1) !== last) {
    const { data, errors } = await next(events);
    expect(errors).toBeUndefined();
    const update = data?.['orderUpdated'] as { sequence: number; order: object };
    expect(update.order).toEqual({ product: { name: 'Product 1' } });
    sequences.push(update.sequence);
  }
  return sequences;
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

type Happening = { append: number } | 'cut' | 'restart' | 'read';

async function happen(happening: Happening, events: Events) {
  if (happening === 'cut') stack.cutOrders();
  else if (happening === 'restart') {
    await stack.stop('orders');
    stack.log.append();
    await stack.start('orders');
  } else if (happening === 'read') return await sequencesTo(events, stack.log.last);
  else stack.log.append(happening.append);
  return [];
}

const happenings = fc.array(
  fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 20 }) }),
    fc.constantFrom<Happening>('cut', 'restart', 'read'),
  ),
  { minLength: 1, maxLength: 8 },
);

test('whenever the subgraph is cut off or restarts, every event comes once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (script) => {
      const since = stack.log.last;
      const variables = { since: String(since) };
      const events = client.iterate({ query: subscription, variables });
      const sequences: unknown[] = [];
      for (const happening of script) {
        // Nothing new is there to wait for.
        if (happening === 'read' && stack.log.last === (sequences.at(-1) ?? since)) continue;
        sequences.push(...(await happen(happening, events)));
      }
      stack.log.append();
      sequences.push(...(await sequencesTo(events, stack.log.last)));
      await events.return?.();
      expect(sequences).toEqual(range(since + 1, stack.log.last));
    }),
    { numRuns: 15 },
  );
});

test('a stream that began with the state goes on from there, and shows it no second time', async () => {
  const events = client.iterate({ query: subscription });
  expect((await next(events)).data).toMatchObject({ orderUpdated: { sequence: null } });
  const first = stack.log.last + 1;
  await stack.stop('orders');
  stack.log.append(3);
  await stack.start('orders');
  expect(await sequencesTo(events, first + 2)).toEqual(range(first, first + 2));
  await events.return?.();
});

test('`since` may be written into the document, and the cursor asked for by any name', async () => {
  stack.log.append(2);
  const from = stack.log.last - 2;
  const events = client.iterate({
    query: `subscription A { ...S } subscription B { ticks }
      fragment S on Subscription { mine: orderUpdated(since: "${from}", id: "1") { at: cursor } }`,
    operationName: 'A',
  });
  expect((await next(events)).data).toEqual({ mine: { at: String(from + 1) } });
  stack.cutOrders();
  expect((await next(events)).data).toEqual({ mine: { at: String(from + 2) } });
  stack.log.append();
  expect((await next(events)).data).toEqual({ mine: { at: String(from + 3) } });
  await events.return?.();
});

test('a stream waits for a subgraph that is not there yet', async () => {
  await stack.stop('orders');
  const events = client.iterate({ query: subscription });
  const first = next(events);
  const [meanwhile] = await take(client, '{ caller }', 1); // on the same socket, so after the other
  expect(meanwhile?.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
  await stack.start('orders');
  expect((await first).data).toMatchObject({ orderUpdated: { sequence: null } });
  await events.return?.();
});

test('a stream without cursors begins anew', async () => {
  const events = client.iterate({ query: 'subscription { ticks }' });
  expect((await next(events)).data).toEqual({ ticks: stack.log.last });
  stack.cutOrders();
  expect((await next(events)).data).toEqual({ ticks: stack.log.last });
  await events.return?.();
});

test('more events than may wait for a client reach it all the same', async () => {
  const since = stack.log.last;
  const variables = { since: String(since) };
  const events = client.iterate({ query: subscription, variables });
  stack.log.append(1_000);
  expect(await sequencesTo(events, since + 1_000)).toEqual(range(since + 1, since + 1_000));
  await events.return?.();
});

test('who stops reading is sent away, and keeps what came', { timeout: 120_000 }, async () => {
  await using impatient = await startStack({ patienceMs: 0 });
  await using reader = connect(impatient.url, await impatient.sign('orders:read:own'));
  let socket: WebSocket | undefined;
  reader.on('connected', (opened) => {
    socket = opened as WebSocket;
    socket.pause();
  });
  const filler = Array.from({ length: 1_000 }, (_, index) => `filler${index}: status`).join(' ');
  const query = `subscription ($since: String) {
    orderUpdated(id: "1", since: $since) { sequence order { ${filler} } }
  }`;
  const read = async (since: number) => {
    const sequences: unknown[] = [];
    try {
      for await (const { data } of reader.iterate({ query, variables: { since: String(since) } })) {
        sequences.push((data?.['orderUpdated'] as { sequence: number }).sequence);
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 1013 });
    }
    return sequences;
  };

  const reading = read(0);
  await expect.poll(() => impatient.log.readers, { timeout: 30_000 }).toBe(1);
  impatient.log.append(1_500);
  // While what was read is completed there is no reader either, but not for long.
  let quiet = 0;
  await expect
    .poll(() => (impatient.log.readers === 0 ? ++quiet : (quiet = 0)), { timeout: 60_000 })
    .toBeGreaterThan(60);
  socket?.resume();
  const sequences = await reading;
  expect(sequences.length).toBeLessThan(1_500);
  expect(sequences).toEqual(range(1, sequences.length));
});

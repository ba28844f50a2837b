import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect, next, type Message, type SocketClient } from '../fixtures/socket.ts';
import { startStack, type Stack } from '../fixtures/stack.ts';

let stack: Stack;
const clients: SocketClient[] = [];
beforeAll(async () => {
  stack = await startStack();
});
beforeEach(() => {
  expect(stack.log.readers).toBe(0);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await expect.poll(() => stack.log.readers).toBe(0);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const query = `subscription ($since: String) {
  orderUpdated(id: "1", since: $since) { sequence cursor seenBy order { product { name } } }
}`;

type Update = { sequence: number | null; cursor: string; seenBy: string };

interface Watcher {
  /** The next update. */
  next(): Promise<Update>;
  leave(): Promise<void>;
}

async function watch(person: string, since?: number): Promise<Watcher> {
  const client = connect(stack.url, await stack.sign('orders:read:own', { sub: person }));
  clients.push(client);
  const events = client.iterate({
    query,
    ...(since !== undefined && { variables: { since: String(since) } }),
  }) as AsyncIterator<Message, unknown>;
  return {
    next: async () => {
      const { data, errors } = await next(events);
      expect(errors).toBeUndefined();
      return data?.['orderUpdated'] as Update;
    },
    leave: async () => {
      await events.return?.();
    },
  };
}

const readers = () => expect.poll(() => stack.log.readers);

test('equal streams of one person are one at the subgraph, and each begins with the state', async () => {
  const first = await watch('usr_ada');
  expect(await first.next()).toMatchObject({ sequence: null });
  const second = await watch('usr_ada');
  expect(await second.next()).toMatchObject({ sequence: null, cursor: String(stack.log.last) });
  await readers().toBe(1);

  stack.log.append();
  const update = await first.next();
  expect(update).toMatchObject({ sequence: stack.log.last });
  expect(await second.next()).toEqual(update);
});

test('the one that began may leave: the others see nothing of it', async () => {
  const first = await watch('usr_ada');
  await first.next();
  const second = await watch('usr_ada');
  await second.next();
  await readers().toBe(1);
  await first.leave();
  stack.log.append();
  expect(await second.next()).toMatchObject({ sequence: stack.log.last });
  expect(stack.log.readers).toBe(1);
});

test('two people with equal streams see each their own', async () => {
  const ada = await watch('usr_ada');
  const bob = await watch('usr_bob');
  expect(await ada.next()).toMatchObject({ seenBy: 'usr_ada' });
  expect(await bob.next()).toMatchObject({ seenBy: 'usr_bob' });
  expect(stack.log.readers).toBe(2);
  stack.log.append();
  expect(await ada.next()).toMatchObject({ seenBy: 'usr_ada', sequence: stack.log.last });
  expect(await bob.next()).toMatchObject({ seenBy: 'usr_bob', sequence: stack.log.last });
});

test('who comes back with a cursor catches up alone, and then shares', async () => {
  const first = await watch('usr_ada');
  await first.next();
  stack.log.append(3);
  const last = stack.log.last;
  const late = await watch('usr_ada', last - 2);
  expect(await late.next()).toMatchObject({ sequence: last - 1 });
  expect(await late.next()).toMatchObject({ sequence: last });
  await readers().toBe(1);
  stack.log.append();
  expect(await late.next()).toMatchObject({ sequence: last + 1 });
});

test('forty who come back with old cursors are soon one again', async () => {
  stack.log.append(5);
  const last = stack.log.last;
  const watchers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => watch('usr_ada', last - (index % 5))),
  );
  stack.log.append();
  for (const [index, watcher] of watchers.entries()) {
    for (let sequence = last - (index % 5) + 1; sequence <= last + 1; sequence += 1) {
      expect(await watcher.next()).toMatchObject({ sequence });
    }
  }
  await readers().toBe(1);
});

type Step = { append: number } | { join: 'live' | number } | 'leave' | 'cut';

const steps = fc.array(
  fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ join: fc.oneof(fc.constant('live' as const), fc.integer({ min: 0, max: 6 })) }),
    fc.constantFrom<Step>('leave', 'cut'),
  ),
  { minLength: 2, maxLength: 14 },
);

test('whoever joins, leaves or is cut off: everybody sees every event once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const watching: { readonly watcher: Watcher; from: number | undefined }[] = [];
      for (const step of script) {
        if (step === 'cut') stack.cutOrders();
        else if (step === 'leave') await watching.shift()?.watcher.leave();
        else if ('append' in step) stack.log.append(step.append);
        else {
          const since = step.join === 'live' ? undefined : Math.max(0, stack.log.last - step.join);
          watching.push({ watcher: await watch('usr_ada', since), from: since });
        }
      }
      stack.log.append();
      const { last } = stack.log;
      for (const { watcher, from } of watching) {
        let seen = from ?? Number((await watcher.next()).cursor);
        while (seen < last) expect((await watcher.next()).sequence).toBe(++seen);
      }
      await readers().toBeLessThanOrEqual(1);
      for (const { watcher } of watching) await watcher.leave();
      for (const client of clients.splice(0)) await client.dispose();
    }),
    { numRuns: 20 },
  );
}, 120_000);

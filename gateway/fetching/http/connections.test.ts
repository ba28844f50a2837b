import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openAsking } from './fixtures/ask.ts';
import {
  closed,
  fine,
  fineText,
  send,
  sendAndClose,
  startRawServer,
  withLength,
  type RawReply,
  type RawServer,
} from './fixtures/raw-server.ts';

let server: RawServer;

beforeEach(async () => {
  server = await startRawServer();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

/** Makes the next request wait; the function lets it be answered. */
function hold(answer = fine): () => void {
  let isReleased = false;
  let release = (): void => {
    isReleased = true;
  };
  server.replies.push((socket) => {
    release = () => socket.write(answer);
    if (isReleased) release();
  });
  return () => {
    release();
  };
}

test('requests that find no free connection wait in their order', async () => {
  using asking = openAsking(server.url, { connectionsMax: 2 });
  const [first, second] = [hold(), hold()];
  const answers = Promise.all(['1', '2', '3', '4', '5'].map((body) => asking.ask(body)));
  await vi.waitUntil(() => server.seen.length === 2);
  second();
  await vi.waitUntil(() => server.seen.length === 5);
  first();
  expect(new Set(await answers)).toEqual(new Set([fineText]));
  expect(server.sockets).toHaveLength(2);
  expect(server.seen.slice(2).map(({ text }) => text.at(-1))).toEqual(['3', '4', '5']);
});

test('the connection that was used last is used first', async () => {
  using asking = openAsking(server.url);
  const holds = [hold(), hold(), hold()];
  const answers: Promise<string>[] = [];
  for (const [n] of holds.entries()) {
    answers.push(asking.ask());
    await vi.waitUntil(() => server.seen.length === n + 1);
  }
  for (const n of [0, 2, 1]) {
    holds[n]!();
    await answers[n];
  }
  await asking.ask();
  await asking.ask();
  expect(server.seen.map(({ connection }) => connection)).toEqual([0, 1, 2, 1, 1]);
});

test('a connection that ends with its answer makes room for another', async () => {
  using asking = openAsking(server.url, { connectionsMax: 1 });
  server.replies.push(sendAndClose(withLength('last', 'connection: close\r\n')));
  expect(await Promise.all([asking.ask(), asking.ask(), asking.ask()])).toEqual([
    'last',
    fineText,
    fineText,
  ]);
  expect(server.sockets).toHaveLength(2);
});

test('who waits has a new connection when one breaks', async () => {
  using asking = openAsking(server.url, { connectionsMax: 1 });
  server.replies.push((socket) => socket.destroy());
  const [first, second] = await Promise.allSettled([asking.ask('1'), asking.ask('2')]);
  expect(first).toMatchObject({ reason: { message: 'it hung up', repeatable: 'queries' } });
  expect(second).toMatchObject({ value: fineText });
});

test.each<[string, RawReply, number]>([
  ['for as long as is usual', send(fine), 20],
  [
    'for shorter, when the server says so',
    send(withLength('', 'keep-alive: timeout=1\r\n')),
    4_000,
  ],
  [
    'for no time at all, when the server says so',
    send(withLength('', 'Keep-Alive: max=5, timeout=0\r\n')),
    4_000,
  ],
])('an idle connection is kept %s', async (_name, reply, idleMs) => {
  using asking = openAsking(server.url, { idleMs });
  server.replies.push(reply);
  await asking.ask();
  await closed(server.sockets[0]);
  expect(await asking.ask()).toBe(fineText);
  expect(server.sockets).toHaveLength(2);
});

test('an idle connection that is too old is not used, even before it is closed', async () => {
  using asking = openAsking(server.url, { idleMs: 20 });
  await asking.ask();
  const until = performance.now() + 30;
  while (performance.now() < until); // no timer comes to its turn meanwhile
  expect(await asking.ask()).toBe(fineText);
  expect(server.sockets).toHaveLength(2);
});

test('an idle connection is kept for longer, when the server says so', async () => {
  using asking = openAsking(server.url, { idleMs: 1 });
  server.replies.push(send(withLength('', 'keep-alive: timeout=30\r\n')));
  await asking.ask();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await asking.ask()).toBe(fineText);
  expect(server.sockets).toHaveLength(1);
});

test('an idle connection that the server closes is thrown away', async () => {
  using asking = openAsking(server.url);
  await asking.ask();
  for (let n = 0; n < 20; n++) {
    server.sockets[n]!.end();
    await closed(server.sockets[n]); // we have closed our side too
    expect(await asking.ask()).toBe(fineText);
  }
  expect(server.sockets).toHaveLength(21);
});

test('a kept connection that turns out to be closed may have carried the request', async () => {
  using asking = openAsking(server.url);
  await asking.ask();
  server.sockets[0]!.resetAndDestroy();
  const until = performance.now() + 20;
  while (performance.now() < until); // so that we ask before we read of it
  await expect(asking.ask()).rejects.toMatchObject({
    message: 'it hung up',
    isOutage: true,
    repeatable: 'queries',
  });
  expect(await asking.ask()).toBe(fineText);
});

test('a server that is not there was not reached, by nobody who asked', async () => {
  const nobody = createServer().listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as AddressInfo;
  await new Promise((resolve) => nobody.close(resolve));

  using asking = openAsking(new URL(`http://localhost:${port}/`), { connectionsMax: 2 });
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => asking.ask()));
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      reason: { message: 'it was not reached', isOutage: true, repeatable: 'anything' },
    });
  }
});

test('who waits too long while a connection is made leaves it to the next', async () => {
  using asking = openAsking(server.url);
  const until = performance.now() + 20;
  const tooLate = expect(asking.ask('1', { timeoutMs: 1 })).rejects.toThrow('in 1 ms');
  while (performance.now() < until);
  await tooLate;
  expect(await asking.ask('2')).toBe(fineText);
  expect(server.seen).toHaveLength(1);
  expect(server.sockets).toHaveLength(1);
});

test('the late answer to one is never the answer to another', async () => {
  using asking = openAsking(server.url, { connectionsMax: 1 });
  const release = hold(withLength('late'));
  await expect(asking.ask('1', { timeoutMs: 50 })).rejects.toThrow('in 50 ms');
  release();
  expect(await asking.ask('2')).toBe(fineText);
  expect(server.sockets).toHaveLength(2);
});

test('an answer that comes before all was sent ends the connection', async () => {
  const sockets: Socket[] = [];
  const eager = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.pause().write(fine));
  }).listen(0, '127.0.0.1');
  await once(eager, 'listening');
  const { port } = eager.address() as AddressInfo;
  using asking = openAsking(new URL(`http://127.0.0.1:${port}/`));
  const large = 'a'.repeat(20_000_000); // more than there are buffers for
  expect(await asking.ask(large)).toBe(fineText);
  expect(await asking.ask()).toBe(fineText);
  expect(sockets).toHaveLength(2);
  for (const socket of sockets) socket.destroy();
  eager.close();
});

test('who asks after all was closed is told so at once', async () => {
  const asking = openAsking(server.url, { connectionsMax: 1 });
  server.replies.push(() => undefined);
  const asked = Promise.allSettled([asking.ask('1'), asking.ask('2')]);
  await vi.waitUntil(() => server.seen.length === 1);
  asking[Symbol.dispose]();
  const outcomes = [...(await asked), ...(await Promise.allSettled([asking.ask('3')]))];
  expect(outcomes).toMatchObject(
    ['it hung up', 'it was not reached', 'it was not reached'].map((message) => ({
      reason: { message, repeatable: 'nothing', cause: { code: 'HTTP_DISPOSED' } },
    })),
  );
  await closed(server.sockets[0]);
});

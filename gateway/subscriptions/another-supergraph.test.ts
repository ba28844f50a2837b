import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, codesOf } from '../fixtures/ask.ts';
import { composeHouses } from '../fixtures/houses.ts';
import { closed, connect, next, take } from '../fixtures/socket.ts';
import { startStack, type Stack } from '../fixtures/stack.ts';

let stack: Stack;
let token: string;
beforeAll(async () => {
  stack = await startStack();
  token = await stack.sign('orders:read:own');
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

let versions = 0;
/** One that differs by its text alone. */
const another = () => `${composeHouses()}\n# ${++versions}`;
const withoutTicks = () => another().replace(/^ *ticks: Int!.*$/m, '');
const comingBack = { retryAttempts: 10, retryWait: () => Promise.resolve() };

const query = `subscription ($since: String) {
  orderUpdated(id: "1", since: $since) { cursor sequence }
}`;

/** Variables in which `since` is the last cursor that came, whenever they are sent. */
function resumable() {
  const sequences: unknown[] = [];
  let last = String(stack.log.last);
  const variables = {
    get since() {
      return last;
    },
  };
  const onData = (data: unknown) => {
    const { cursor, sequence } = (data as { orderUpdated: { cursor: string; sequence: number } })
      .orderUpdated;
    last = cursor;
    sequences.push(sequence);
  };
  return { variables, sequences, onData };
}

const upTo = (last: number, from: number) =>
  Array.from({ length: last - from }, (_, index) => from + index + 1);

test('a stock client comes back to another supergraph by itself, and misses nothing', async () => {
  await using client = connect(stack.url, token, comingBack);
  let connections = 0;
  client.on('connected', () => {
    connections += 1;
  });
  const from = stack.log.last;
  const { variables, sequences, onData } = resumable();
  const stop = client.subscribe(
    { query, variables },
    {
      next: ({ data }) => {
        onData(data);
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  for (let reloads = 1; reloads <= 3; reloads += 1) {
    stack.log.append(2);
    await expect.poll(() => sequences.at(-1)).toBe(stack.log.last);
    const replaced = stack.replace(another());
    stack.log.append();
    expect(await replaced).toBe(true);
    stack.log.append();
    await expect.poll(() => connections).toBe(reloads + 1);
    stack.log.append();
    await expect.poll(() => sequences.at(-1)).toBe(stack.log.last);
  }
  expect(sequences).toEqual(upTo(stack.log.last, from));
  stop();
  await expect.poll(() => stack.log.readers).toBe(0);
});

test('so does one that takes Server-Sent Events', async () => {
  const from = stack.log.last;
  const { variables, sequences, onData } = resumable();
  const client = createSseClient({
    url: `${stack.url}/graphql`,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts: 10,
    retry: () => Promise.resolve(),
  });
  const stop = client.subscribe(
    { query, variables },
    {
      next: ({ data }) => {
        onData(data);
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  stack.log.append();
  await expect.poll(() => sequences.at(-1)).toBe(stack.log.last);
  expect(await stack.replace(another())).toBe(true);
  stack.log.append(2);
  await expect.poll(() => sequences.at(-1)).toBe(stack.log.last);
  expect(sequences).toEqual(upTo(stack.log.last, from));
  stop();
  await expect.poll(() => stack.log.readers).toBe(0);
});

test('by multipart a client is told why its stream breaks off', async () => {
  const response = await fetch(`${stack.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query }),
  });
  await expect.poll(() => stack.log.readers).toBe(1);
  await stack.replace(another());
  expect(await response.text()).toMatch(
    /"payload":null,.*"code":"SCHEMA_CHANGED".*--graphql--\r\n$/s,
  );
});

test('a socket without streams stays, and finds another supergraph', async () => {
  await using client = connect(stack.url, token, { lazy: false, onNonLazyError: () => undefined });
  expect(await take(client, '{ caller }', 1)).toHaveLength(1);
  let closings = 0;
  client.on('closed', () => {
    closings += 1;
  });
  await stack.replace(withoutTicks());
  await expect(take(client, 'subscription { ticks }', 1)).rejects.toMatchObject([
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
  ]);
  expect(closings).toBe(0);
});

test('what is under way on a socket is answered before its client is sent away', async () => {
  await stack.replace(another());
  await using client = connect(stack.url, token);
  let ending: unknown;
  void closed(client).then((event) => {
    ending = event;
  });
  const updates = client.iterate({ query: 'subscription { ticks }' });
  await next(updates);
  const answer = take(client, '{ nextTick }', 1);
  await expect.poll(() => stack.log.readers).toBe(2);
  await stack.replace(withoutTicks());
  expect(await take(client, '{ caller }', 1)).toHaveLength(1);
  expect(ending).toBeUndefined();
  stack.log.append();
  expect(await answer).toEqual([{ data: { nextTick: stack.log.last } }]);
  await expect.poll(() => ending).toMatchObject({ code: 1012 });
});

test('a stream that is no more is refused when its client comes back', async () => {
  await stack.replace(another());
  await using client = connect(stack.url, token, comingBack);
  const ticks = client.iterate({ query: 'subscription { ticks }' });
  await next(ticks);
  await stack.replace(withoutTicks());
  await expect(ticks.next()).rejects.toMatchObject([
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
  ]);
});

test('a supergraph of a house that nobody knows is refused', async () => {
  const strange = composeHouses().replaceAll(/"catalogue"/g, '"bazaar"');
  await expect(stack.replace(strange)).rejects.toThrow('no address of the subgraph bazaar');
  expect(codesOf(await ask(stack.url, '{ caller }', { token }))).toEqual([]);
});

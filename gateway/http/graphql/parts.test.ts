import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { askAt, openDoor } from './fixtures/door.ts';

const accept = 'multipart/mixed;deferSpec=20220824, application/json';

const part = (json: string) => `\r\ncontent-type: application/json\r\n\r\n${json}\r\n---`;

test('what is put off comes in parts, each as soon as it is there', async () => {
  const ready = Promise.withResolvers<undefined>();
  async function* later() {
    await ready.promise;
    yield '{"incremental":[1],"hasNext":true}';
    yield '{"hasNext":false}';
  }
  await using door = await openDoor(() => ({ data: '{"a":1}', errors: [], later: later() }));
  const { statusCode, headers, body } = await askAt(door, { accept });
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
  expect(headers['x-request-id']).toBeDefined();

  const first = `\r\n---${part('{"data":{"a":1},"hasNext":true}')}`;
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    text += String(chunk);
    if (text === first) ready.resolve(undefined);
  }
  const others = part('{"incremental":[1],"hasNext":true}') + part('{"hasNext":false}');
  expect(text).toBe(`${first}${others}--\r\n`);
});

test("Apollo's own client has the whole in the end", async () => {
  async function* later() {
    yield await Promise.resolve(
      '{"incremental":[{"path":["order"],"data":{"status":"PLACED"}}],"hasNext":true}',
    );
    yield '{"hasNext":false}';
  }
  const data = '{"order":{"__typename":"Order","id":"1"}}';
  await using door = await openDoor(() => ({ data, errors: [], later: later() }));
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: `${door.url}/graphql`, fetch }),
    incrementalHandler: new Defer20220824Handler(),
  });
  const query = gql('{ order { id ... @defer { status } } }');
  const results: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    client.watchQuery({ query, notifyOnNetworkStatusChange: false }).subscribe({
      next: ({ data: result, dataState }) => {
        results.push(result);
        if (dataState === 'complete') resolve();
      },
      error: reject,
    });
  });
  client.stop();
  expect(results).toEqual([
    { order: { __typename: 'Order', id: '1' } },
    { order: { __typename: 'Order', id: '1', status: 'PLACED' } },
  ]);
});

test('who takes no parts is not given any', async () => {
  const told: boolean[] = [];
  await using door = await openDoor((_request, _context, { mayDefer }) => {
    told.push(mayDefer);
    return { data: '{}', errors: [] };
  });
  for (const each of [accept, '*/*', 'application/json, multipart/mixed;deferSpec=20991231']) {
    await (await askAt(door, { accept: each })).body.dump();
  }
  expect(told).toEqual([true, false, false]);
});

test('no more is asked for once the client has left', async () => {
  const ended = Promise.withResolvers<undefined>();
  const later: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: () => {
        ended.resolve(undefined);
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  await using door = await openDoor(() => ({ data: '{}', errors: [], later }));
  const leaving = new AbortController();
  const { body } = await askAt(door, { accept, signal: leaving.signal });
  body.on('error', () => undefined);
  leaving.abort();
  await ended.promise;
});

test('who left before there was an answer leaves nothing of it behind', async () => {
  const asked = Promise.withResolvers<undefined>();
  const left = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<undefined>();
  async function* later() {
    try {
      yield await Promise.resolve('{"hasNext":false}');
    } finally {
      ended.resolve(undefined);
    }
  }
  await using door = await openDoor(async () => {
    asked.resolve(undefined);
    await left.promise;
    return { data: '{}', errors: [], later: later() };
  });
  door.server.once('request', (_request, response: ServerResponse) => {
    response.once('close', () => {
      left.resolve(undefined);
    });
  });
  const leaving = new AbortController();
  const answer = askAt(door, { accept, signal: leaving.signal });
  await asked.promise;
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await ended.promise;
});

test('a client that does not read holds up itself alone', async () => {
  const ended = Promise.withResolvers<undefined>();
  async function* endless() {
    try {
      for (;;) yield await Promise.resolve(`"${'x'.repeat(100_000)}"`);
    } finally {
      ended.resolve(undefined);
    }
  }
  await using door = await openDoor(({ query }) =>
    query === '{ endless }'
      ? { data: '{}', errors: [], later: endless() }
      : { data: '{}', errors: [] },
  );
  const leaving = new AbortController();
  const { body } = await askAt(door, { query: '{ endless }', accept, signal: leaving.signal });
  expect((await askAt(door)).statusCode).toBe(200);
  body.on('error', () => undefined);
  leaving.abort();
  await ended.promise;
});

test('when a part fails, the answer breaks off, and does not look whole', async () => {
  const cause = new Error('secret');
  async function* failing() {
    yield await Promise.resolve('{"hasNext":true}');
    throw cause;
  }
  await using door = await openDoor(() => ({ data: '{}', errors: [], later: failing() }));
  const text = askAt(door, { accept }).then(async ({ body }) => await body.text());
  await expect(text).rejects.toThrow();
  expect(door.errors).toMatchObject([{ cause }]);
});

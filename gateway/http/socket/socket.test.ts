import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { closingOf, connect, next, take } from '../../fixtures/socket.ts';
import { startStack, type Stack } from '../../fixtures/stack.ts';

let stack: Stack;
let token: string;
beforeAll(async () => {
  stack = await startStack();
  token = await stack.sign('orders:read:own');
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const inSeconds = (seconds: number) => ({ exp: Math.floor(Date.now() / 1000) + seconds });

test('queries and mutations go over the socket too', async () => {
  await using client = connect(stack.url, token);
  const mutation = 'mutation { placeOrder(productId: "1") { id product { name } } }';
  expect(await take(client, mutation, 1)).toEqual([
    { data: { placeOrder: { id: '9', product: { name: 'Product 1' } } } },
  ]);
  expect(await take(client, '{ caller }', 1)).toEqual([
    { data: { caller: 'usr_ada by gateway: orders:read:own' } },
  ]);
});

test('who sends no token is nobody in particular', async () => {
  await using client = connect(stack.url);
  expect(await take(client, '{ caller products { cost } }', 1)).toMatchObject([
    {
      data: { caller: 'anonymous by gateway: ' },
      errors: [{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }],
    },
  ]);
});

test('the token may be named in lower case', async () => {
  const connectionParams = { authorization: `Bearer ${token}` };
  await using client = connect(stack.url, undefined, { connectionParams });
  const [message] = await take(client, '{ caller }', 1);
  expect(message?.data).toEqual({ caller: 'usr_ada by gateway: orders:read:own' });
});

test('one event holds fields of two subgraphs', async () => {
  await using client = connect(stack.url, token);
  const query = `subscription { update: orderUpdated(id: "1") { ...U } }
    fragment U on OrderUpdate { __typename order { id product { title: name } } }`;
  expect(await take(client, query, 1)).toEqual([
    {
      data: {
        update: {
          __typename: 'OrderUpdate',
          order: { id: '1', product: { title: 'Product 1' } },
        },
      },
    },
  ]);
});

test('a subscription that a scope is missing for never begins', async () => {
  await using client = connect(stack.url, await stack.sign(''));
  const query = 'subscription { orderUpdated(id: "1") { cursor } }';
  await expect(take(client, query, 1)).rejects.toMatchObject([
    { path: ['orderUpdated'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
  ]);
  expect(stack.log.readers).toBe(0);
});

test('a stream that is left is left at the subgraph too', async () => {
  await using client = connect(stack.url, token);
  const events = client.iterate({ query: 'subscription { ticks }' });
  await events.next();
  expect(stack.log.readers).toBe(1);
  await events.return?.();
  await expect.poll(() => stack.log.readers).toBe(0);
});

test('a client that vanishes is left at the subgraph too', async () => {
  const client = connect(stack.url, token);
  const events = client.iterate({ query: 'subscription { ticks }' });
  await events.next();
  client.terminate();
  await expect(events.next()).rejects.toThrow();
  await expect.poll(() => stack.log.readers).toBe(0);
});

test.each([
  ['of an unknown field', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['without its end', 'subscription { ticks', 'GRAPHQL_PARSE_FAILED'],
  [
    'of thousands of levels',
    `{ ${'... { '.repeat(4_000)} caller ${'} '.repeat(4_000)} }`,
    'GRAPHQL_PARSE_FAILED',
  ],
])('a document %s is refused, and the socket stays', async (_name, query, code) => {
  await using client = connect(stack.url, token);
  await expect(take(client, query, 1)).rejects.toMatchObject([{ extensions: { code } }]);
  expect(await take(client, '{ caller }', 1)).toHaveLength(1);
});

test('a subscription that leaves its field out is refused', async () => {
  await using client = connect(stack.url, token);
  const query = 'subscription { ticks @skip(if: true) }';
  await expect(take(client, query, 1)).rejects.toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('a wrong token closes the socket for good', async () => {
  expect(await closingOf(stack.url, { payload: { Authorization: 'Bearer none' } })).toBe(4401);
  expect(await closingOf(stack.url, { payload: { Authorization: 7 } })).toBe(4401);
});

describe('the access cookie', () => {
  /** What a socket with the token in its cookie is told of the caller. */
  async function callerFor(origin: string): Promise<unknown> {
    class FromPage extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers: { cookie: `__Host-access=${token}`, origin } });
      }
    }
    await using client = connect(stack.url, undefined, { webSocketImpl: FromPage });
    const [message] = await take(client, '{ caller }', 1);
    return message?.data?.['caller'];
  }

  test('counts for a page of this host', async () => {
    expect(await callerFor(stack.url)).toBe('usr_ada by gateway: orders:read:own');
  });

  test('counts for no other page', async () => {
    expect(await callerFor('https://elsewhere.example')).toBe('anonymous by gateway: ');
  });
});

test('a revoked token closes its sockets, and no others', async () => {
  const mine = await stack.sign('orders:read:own', { sid: 'ses_mine' });
  await using client = connect(stack.url, mine);
  await using other = connect(stack.url, await stack.sign('orders:read:own', { sid: 'ses_other' }));
  const query = 'subscription { orderUpdated(id: "1") { sequence } }';
  const [events, others] = [client.iterate({ query }), other.iterate({ query })];
  await Promise.all([events.next(), others.next()]);
  stack.identity.revoke({ sessionId: 'ses_mine' });
  await expect(events.next()).rejects.toMatchObject({ code: 4403 });
  stack.log.append();
  expect((await next(others)).data).toEqual({ orderUpdated: { sequence: stack.log.last } });
  expect(await closingOf(stack.url, { payload: { Authorization: `Bearer ${mine}` } })).toBe(4403);
});

test('an expired token closes the socket, and so does one that expires', async () => {
  for (const seconds of [-1, 2]) {
    const Authorization = `Bearer ${await stack.sign('', inSeconds(seconds))}`;
    expect(await closingOf(stack.url, { payload: { Authorization } })).toBe(4403);
  }
});

test('a stock client comes back with a new token when the old one expires', async () => {
  const tokens = [await stack.sign('orders:read:own', inSeconds(2)), token];
  await using client = connect(stack.url, undefined, {
    connectionParams: () => ({ Authorization: `Bearer ${tokens.shift() ?? ''}` }),
    retryAttempts: 1,
    retryWait: () => Promise.resolve(),
  });
  expect(await take(client, 'subscription { orderUpdated(id: "1") { sequence } }', 2)).toEqual([
    { data: { orderUpdated: { sequence: null } } },
    { data: { orderUpdated: { sequence: null } } },
  ]);
  expect(tokens).toEqual([]);
});

test('who does not introduce himself is shown the door', async () => {
  expect(await closingOf(stack.url, null)).toBe(4408);
});

test('a message that is too large closes the socket', async () => {
  expect(await closingOf(stack.url, { payload: { padding: 'x'.repeat(2_000_000) } })).toBe(1009);
});

test('a client that asks for too much at once is told so', async () => {
  await using client = connect(stack.url, token);
  const streams = Array.from({ length: 101 }, () =>
    client.iterate({ query: 'subscription { ticks }' }),
  );
  const outcomes = await Promise.allSettled(streams.map((stream) => stream.next()));
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toMatchObject([{ reason: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }] }]);
});

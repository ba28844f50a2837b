import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { createClient, type ClientOptions } from 'graphql-sse';
import type { Observable } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

const query = `subscription ($since: String) {
  orderUpdated(id: "1", since: $since) { sequence order { product { name } } }
}`;
const update = (sequence: number | null) => ({
  orderUpdated: { sequence, order: { product: { name: 'Product 1' } } },
});

const sseClient = (options: Partial<ClientOptions> = {}) =>
  createClient({
    url: `${stack.url}/graphql`,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    ...options,
  });

const noReaders = () => expect.poll(() => stack.log.readers).toBe(0);

test('graphql-sse follows a stream, and may leave it', async () => {
  const client = sseClient();
  const events = client.iterate({ query });
  expect((await events.next()).value).toEqual({ data: update(null) });
  stack.log.append(2);
  const { last } = stack.log;
  expect((await events.next()).value).toEqual({ data: update(last - 1) });
  expect((await events.next()).value).toEqual({ data: update(last) });
  await events.return?.();
  await noReaders();
});

test('an Apollo client follows a stream by multipart', async () => {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({
      uri: `${stack.url}/graphql`,
      headers: { authorization: `Bearer ${token}` },
    }),
  });
  const results: unknown[] = [];
  const stream: Observable<{ data?: unknown }> = client.subscribe({
    query: gql(query),
    fetchPolicy: 'no-cache',
  });
  const subscription = stream.subscribe(({ data }) => {
    results.push(data);
  });
  await expect.poll(() => results).toMatchObject([update(null)]);
  stack.log.append();
  await expect.poll(() => results).toMatchObject([update(null), update(stack.log.last)]);
  subscription.unsubscribe();
  await noReaders();
});

test('who can only fetch follows a stream by GET, from a cursor on', async () => {
  stack.log.append(2);
  const { last } = stack.log;
  const variables = JSON.stringify({ since: String(last - 1) });
  const leaving = new AbortController();
  const response = await fetch(
    `${stack.url}/graphql?${new URLSearchParams({ query, variables }).toString()}`,
    {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
      signal: leaving.signal,
    },
  );
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(chunk);
    }
  })().catch(() => undefined);
  await expect.poll(() => text).toContain(`"sequence":${last},`);
  expect(text).toBe(`:\n\nevent: next\ndata: {"data":${JSON.stringify(update(last))}}\n\n`);
  leaving.abort();
  await reading;
  await noReaders();
});

test('what a query answers is a stream of one, to who takes nothing but streams', async () => {
  const client = sseClient();
  const answers = await Array.fromAsync(client.iterate({ query: '{ caller }' }));
  expect(answers).toEqual([{ data: { caller: 'usr_ada by gateway: orders:read:own' } }]);
});

test('a GET changes nothing, streamed or not', async () => {
  const search = new URLSearchParams({ query: 'mutation { placeOrder(productId: "1") { id } }' });
  const response = await fetch(`${stack.url}/graphql?${search.toString()}`, {
    headers: { accept: 'text/event-stream' },
  });
  expect(await response.text()).toMatch(/"code":"METHOD_NOT_ALLOWED".*\n\nevent: complete/s);
  expect(stack.calls).toEqual([]);
});

test('a subscription that takes no stream is told what to accept', async () => {
  const response = await fetch(`${stack.url}/graphql?query=subscription{ticks}`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('text/event-stream');
});

test('why there is no stream is told in it', async () => {
  const client = sseClient({ headers: {} });
  expect(await Array.fromAsync(client.iterate({ query }))).toMatchObject([
    { errors: [{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }] },
  ]);
});

test('a stock client comes back with a new token when the old one expires', async () => {
  const inSeconds = (seconds: number) => ({ exp: Math.floor(Date.now() / 1000) + seconds });
  const tokens = [await stack.sign('orders:read:own', inSeconds(2)), token];
  const client = sseClient({
    headers: () => ({ authorization: `Bearer ${tokens.shift() ?? ''}` }),
    retryAttempts: 1,
    retry: () => Promise.resolve(),
  });
  const events = client.iterate({ query });
  expect((await events.next()).value).toEqual({ data: update(null) });
  expect((await events.next()).value).toEqual({ data: update(null) });
  expect(tokens).toEqual([]);
  await events.return?.();
});

test('a revoked token ends its streams, and none comes back with it', async () => {
  const mine = await stack.sign('orders:read:own', { sid: 'ses_mine' });
  const client = sseClient({
    headers: { authorization: `Bearer ${mine}` },
    retryAttempts: 1,
    retry: () => Promise.resolve(),
  });
  const events = client.iterate({ query });
  await events.next();
  stack.identity.revoke({ sessionId: 'ses_mine' });
  await expect(events.next()).rejects.toThrow('401');
  await noReaders();
});

test('one person has no more than so many streams, however they come', async () => {
  await using small = await startStack({ limits: { streamsPerPerson: 2 } });
  const mine = { authorization: `Bearer ${await small.sign('orders:read:own')}` };
  const client = sseClient({ url: `${small.url}/graphql`, headers: mine });
  const first = client.iterate({ query });
  const second = client.iterate({ query });
  await Promise.all([first.next(), second.next()]);
  expect(await Array.fromAsync(client.iterate({ query }))).toMatchObject([
    { errors: [{ extensions: { code: 'TOO_MANY_STREAMS' } }] },
  ]);
  await first.return?.();
  await expect
    .poll(async () => {
      const again = client.iterate({ query });
      const answer = (await again.next()) as { value: { errors?: unknown } };
      await again.return?.();
      return answer.value.errors;
    })
    .toBeUndefined();
  await second.return?.();
});

test('one address has no more than so many connections', async () => {
  await using small = await startStack({ limits: { connectionsPerAddress: 1 } });
  const mine = { authorization: `Bearer ${await small.sign('orders:read:own')}` };
  const client = sseClient({ url: `${small.url}/graphql`, headers: mine });
  const first = client.iterate({ query });
  await first.next();
  await expect(client.iterate({ query }).next()).rejects.toThrow();
  await first.return?.();
});

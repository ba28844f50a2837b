import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../fixtures/ask.ts';
import { connect, take } from '../fixtures/socket.ts';
import { startStack, type Stack } from '../fixtures/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const query = `{ order(id: "1") { id ... @defer(label: "product") { product { name } } } }`;
const whole = { order: { id: '1', product: { name: 'Product 1' } } };

test('what is deferred comes in a part of its own, to who takes parts', async () => {
  const response = await fetch(`${stack.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;deferSpec=20220824, application/json',
    },
    body: JSON.stringify({ query }),
  });
  expect(response.headers.get('content-type')).toMatch(/^multipart\/mixed/);
  const parts = (await response.text())
    .split('\r\n---')
    .map((part) => part.slice(part.indexOf('\r\n\r\n')).trim())
    .filter((part) => part.startsWith('{'))
    .map((part) => JSON.parse(part) as object);
  expect(parts).toEqual([
    { data: { order: { id: '1' } }, hasNext: true },
    {
      incremental: [
        { data: { product: { name: 'Product 1' } }, path: ['order'], label: 'product' },
      ],
      hasNext: false,
    },
  ]);
});

test('who takes one piece gets all at once', async () => {
  expect((await ask(stack.url, query)).data).toEqual(whole);
  await using client = connect(stack.url);
  expect(await take(client, query, 1)).toEqual([{ data: whole }]);
});

test("Apollo's client puts the parts together", async () => {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: `${stack.url}/graphql` }),
    incrementalHandler: new Defer20220824Handler(),
  });
  const { data } = await client.query({ query: gql(query), fetchPolicy: 'no-cache' });
  expect(data).toMatchObject(whole);
});

test('what the caller may not see is not there later either', async () => {
  const { data, errors } = await ask(stack.url, '{ order(id: "1") { id ... @defer { margin } } }');
  expect(data).toEqual({ order: { id: '1', margin: null } });
  expect(errors).toMatchObject([{ path: ['order', 'margin'] }]);
});

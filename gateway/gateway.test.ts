import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, codesOf } from './fixtures/ask.ts';
import { issuer, startStack, type Stack } from './fixtures/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
beforeEach(() => {
  stack.calls.length = 0;
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

test('one query reads two subgraphs', async () => {
  const answer = await ask(stack.url, '{ order(id: "1") { status product { name } } }');
  expect(answer).toEqual({
    status: 200,
    data: { order: { status: 'AFTER_0', product: { name: 'Product 1' } } },
  });
});

test('subgraphs hear who asks from the gateway', async () => {
  const token = await stack.sign('orders:read:own orders:write:own');
  const { data } = await ask(stack.url, '{ caller }', { token });
  expect(data).toEqual({ caller: 'usr_ada by gateway: orders:read:own orders:write:own' });
  expect((await ask(stack.url, '{ caller }')).data).toEqual({ caller: 'anonymous by gateway: ' });
});

test('what a scope is missing for is null, named, and never fetched', async () => {
  const query = '{ products { name cost } order(id: "1") { margin } }';
  const refused = await ask(stack.url, query);
  expect(refused.status).toBe(200);
  expect(refused.data).toEqual({
    products: [
      { name: 'Product 1', cost: null },
      { name: 'Product 2', cost: null },
    ],
    order: { margin: null },
  });
  expect(codesOf(refused)).toEqual([
    'products.cost UNAUTHORIZED_FIELD_OR_TYPE',
    'order.margin UNAUTHORIZED_FIELD_OR_TYPE',
  ]);
  expect(stack.calls).toEqual([]);

  const token = await stack.sign('catalogue:write');
  const granted = await ask(stack.url, query, { token });
  expect(granted.errors).toBeUndefined();
  expect(granted.data).toMatchObject({
    order: { margin: 3 },
    products: [{ cost: 7 }, { cost: 7 }],
  });
});

test('all that is asked for may be refused', async () => {
  const answer = await ask(stack.url, '{ order(id: "1") { margin } }');
  expect(answer.data).toEqual({ order: { margin: null } });
});

test.each([
  'mutation { reserveStock }',
  '{ _entities(representations: []) { __typename } }',
  '{ _service { sdl } }',
])('%s is no part of the public schema', async (query) => {
  const answer = await ask(stack.url, query);
  expect(answer.status).toBe(400);
  expect(codesOf(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});

test('the schema can be asked for', async () => {
  const { data } = await ask(stack.url, '{ __schema { mutationType { fields { name } } } }');
  const fields = [{ name: 'placeOrder' }, { name: 'cancelOrder' }];
  expect(data).toEqual({ __schema: { mutationType: { fields } } });
});

const hour = 3_600;
const now = Math.floor(Date.now() / 1000);
const claims = { iss: issuer, sub: 'usr_ada', aud: 'quartermaster', exp: now + hour };
const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
const header = { alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1' };

test.each([
  ['has expired', () => stack.sign('', { exp: now - 1 })],
  ['never expires', () => stack.sign('', { exp: undefined })],
  ['names nobody', () => stack.sign('', { sub: undefined })],
  ['names what is no name', () => stack.sign('', { sub: null })],
  ['was made by another issuer', () => stack.sign('', { iss: 'https://elsewhere.example' })],
  ['was made for another audience', () => stack.sign('', { aud: 'elsewhere' })],
  ['is of another type', () => stack.sign('', {}, { typ: 'JWT' })],
  ['is not signed', () => new UnsecuredJWT(claims).encode()],
  [
    'is signed by a stranger',
    () => new SignJWT(claims).setProtectedHeader(header).sign(stranger.privateKey),
  ],
  ['is signed by a key that nobody knows', () => stack.sign('', {}, { kid: 'key-2' })],
  [
    'is signed by a secret',
    () =>
      new SignJWT(claims)
        .setProtectedHeader({ ...header, alg: 'HS256' })
        .sign(new TextEncoder().encode('x'.repeat(32))),
  ],
  ['is none', () => 'none'],
])('a token that %s is refused, and nothing is answered', async (_name, token) => {
  const answer = await ask(stack.url, '{ products { name } }', { token: await token() });
  expect(answer.status).toBe(401);
  expect(answer.data).toBeUndefined();
  expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
});

test('another scheme than Bearer is refused', async () => {
  const response = await fetch(`${stack.url}/graphql?query={products{name}}`, {
    headers: { authorization: 'Basic YWRhOmxvdmVsYWNl' },
  });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
});

test('GET asks too, and changes nothing', async () => {
  const asked = await fetch(`${stack.url}/graphql?query={products{name}}`);
  expect(asked.status).toBe(200);
  const query = encodeURIComponent('mutation { placeOrder(productId: "1") { id } }');
  const refused = await fetch(`${stack.url}/graphql?query=${query}`);
  expect(refused.status).toBe(405);
  expect(stack.calls).toEqual([]);
});

test("a subgraph's own error comes with its code and path, and no more", async () => {
  const answer = await ask(stack.url, '{ caller refuses }');
  expect(answer.data).toEqual({ caller: 'anonymous by gateway: ', refuses: null });
  expect(answer.errors).toEqual([
    { message: 'Not yours.', path: ['refuses'], extensions: { code: 'NOT_FOUND' } },
  ]);
});

test('what breaks in a subgraph is answered by its incident id alone', async () => {
  const { errors } = await ask(stack.url, '{ breaks }');
  expect(errors).toEqual([
    {
      message: 'Something broke on our side.',
      path: ['breaks'],
      extensions: { code: 'INTERNAL', incident: expect.any(String) as string },
    },
  ]);
});

test("with a subgraph down the others' answers stay, and no address is told", async () => {
  await stack.stop('catalogue');
  const answer = await ask(stack.url, '{ order(id: "1") { status product { name } } }');
  await stack.start('catalogue');
  expect(answer.status).toBe(200);
  expect(answer.data).toEqual({ order: { status: 'AFTER_0', product: null } });
  expect(codesOf(answer)).toEqual(['order.product SUBGRAPH_UNAVAILABLE']);
  expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|catalogue|ECONNREFUSED/);
});

test('a document of several operations must be told which', async () => {
  const query = 'query A { caller } query B { products { name } }';
  const told = await ask(stack.url, query, { operationName: 'A' });
  expect(told.data).toEqual({ caller: 'anonymous by gateway: ' });
  for (const extra of [{ operationName: 'C' }, {}]) {
    const answer = await ask(stack.url, query, extra);
    expect(answer.status).toBe(400);
    expect(codesOf(answer)).toEqual(['OPERATION_RESOLUTION_FAILURE']);
  }
});

test('a variable of the wrong type is refused by name', async () => {
  const query = 'query ($id: ID!) { order(id: $id) { status } }';
  const answer = await ask(stack.url, query, { variables: { id: ['1', '2'] } });
  expect(answer.status).toBe(400);
  expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  expect(answer.errors?.[0]?.message).toContain('$id');
});

test('a subscription is sent on to the WebSocket', async () => {
  const answer = await ask(stack.url, 'subscription { ticks }');
  expect(answer.status).toBe(400);
  expect(answer.errors?.[0]?.message).toContain('graphql-transport-ws');
});

test('a short document that would grow huge is refused', async () => {
  const spreads = (name: string) => Array.from({ length: 10 }, () => `...${name}`).join(' ');
  const layers = Array.from(
    { length: 6 },
    (_, n) => `fragment F${n} on Query { ${spreads(`F${n + 1}`)} }`,
  );
  const answer = await ask(
    stack.url,
    `{ ...F0 } ${layers.join(' ')} fragment F6 on Query { caller }`,
  );
  expect(answer.status).toBe(400);
  expect(answer.errors?.[0]?.message).toContain('selects more than');
});

test('the request id that came goes back, or a new one', async () => {
  const send = async (id: string) => {
    const headers = { 'x-request-id': id };
    const response = await fetch(`${stack.url}/graphql?query={caller}`, { headers });
    return response.headers.get('x-request-id');
  };
  expect(await send('order-42')).toBe('order-42');
  expect(await send('{"level":"error"}')).toMatch(/^[\da-f-]{36}$/);
});

test('it is ready when every subgraph is', async () => {
  const ready = async () => (await fetch(`${stack.url}/health/ready`)).status;
  await expect.poll(ready).toBe(200);
  await stack.stop('orders');
  expect(await ready()).toBe(503);
  await stack.start('orders');
  expect(await ready()).toBe(200);
  expect((await fetch(`${stack.url}/health/live`)).status).toBe(200);
});

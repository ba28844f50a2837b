import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startStack, type Stack } from '../fixtures/stack.ts';

const text = `
# Who asks.
query WhoAsks @get(path: "/api/v1/caller") { caller }
query ListProducts @get(path: "/api/v1/products") { products { id name } }
query ListCosts @get(path: "/api/v1/costs") { products { cost } }
query GetProduct($id: ID!) @get(path: "/api/v1/products/{id}") { product(id: $id) { name } }
query GetBest @get(path: "/api/v1/products/best") { product(id: "9") { name } }
query GetOrder($id: ID!) @get(path: "/api/v1/orders/{id}") { order(id: $id) { id product { name } } }
query Refuses @get(path: "/api/v1/refuses") { refuses }
query Breaks @get(path: "/api/v1/breaks") { breaks }
query ListShelf(
  $ids: [ID!]
  $kinds: [ProductKind!]
  $currency: CurrencyCode! = "USD"
  $maxPrice: Float
  $isOnSale: Boolean
  $first: Int
  $after: String
  $last: Int
  $before: String
) @get(path: "/api/v1/shelf") {
  shelf(
    filter: {
      ids: $ids
      kinds: $kinds
      price: { currency: $currency, max: $maxPrice }
      isOnSale: $isOnSale
    }
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    nodes { id }
    ...Pages
    asked
  }
}
query SearchShelf($filter: ShelfFilter!, $count: Int) @get(path: "/api/v1/shelf/search") {
  shelf(filter: $filter, first: $count) { asked }
}
mutation PlaceOrder($productId: ID!) @post(path: "/api/v1/orders") {
  placeOrder(productId: $productId) { id }
}
mutation CancelOrder(
  $id: ID!
  # Why, in short.
  $reasons: [String!]
  $isUrgent: Boolean = true
) @delete(path: "/api/v1/orders/{id}") {
  cancelOrder(input: { id: $id, reasons: $reasons, isUrgent: $isUrgent }) {
    order { id }
    userErrors { code message field }
  }
}
mutation HoldOrder($id: ID!) @put(path: "/api/v1/orders/{id}/hold") {
  holdOrder(id: $id) { order { id } userErrors { code message field } }
}
fragment Pages on Shelf { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
`;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ rest: [{ name: 'shelf.graphql', text }] });
});
beforeEach(() => {
  stack.calls.length = 0;
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly type: string | null;
  readonly body: unknown;
}

async function get(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${stack.url}/api/v1${path}`, init);
  const { status, headers } = response;
  const body = await response.text();
  const json: unknown = body === '' ? undefined : JSON.parse(body);
  return { status, headers, type: headers.get('content-type'), body: json };
}

const asked = ({ body }: Answer): unknown => JSON.parse((body as { asked: string }).asked);

test('the answer is the value of the one field that the operation asks for', async () => {
  const { status, type, body } = await get('/products');
  expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
  expect(body).toEqual([
    { id: '1', name: 'Product 1' },
    { id: '2', name: 'Product 2' },
  ]);
  expect((await get('/products/7')).body).toEqual({ name: 'Product 7' });
});

test('an address that names a thing comes before one that takes any name', async () => {
  expect((await get('/products/best')).body).toEqual({ name: 'Product 9' });
});

test('a name in the address may have any characters', async () => {
  expect((await get('/products/a%2Fb%20%C3%A9')).body).toEqual({ name: 'Product a/b é' });
  expect(await get('/products/%E9')).toMatchObject({
    status: 400,
    body: { code: 'BAD_USER_INPUT', field: 'id' },
  });
});

test('parameters have the types of the variables', async () => {
  const answer = await get(
    '/shelf?ids=1&ids=2&kinds=DIGITAL&currency=EUR&maxPrice=9.5&isOnSale=true',
  );
  expect(asked(answer)).toEqual({
    ids: ['1', '2'],
    kinds: ['DIGITAL'],
    price: { currency: 'EUR', max: 9.5 },
    isOnSale: true,
  });
  expect(asked(await get('/shelf'))).toEqual({ price: { currency: 'USD' } });
});

test('what is no plain value is given as JSON', async () => {
  const filter = { price: { currency: 'EUR', max: 2 } };
  const search = new URLSearchParams({ filter: JSON.stringify(filter) });
  expect(asked(await get(`/shelf/search?${search.toString()}`))).toEqual(filter);
});

test.each([
  ['first=ten', 'first', 'Give `first` as a whole number, such as 20.'],
  ['first=99999999999', 'first', 'Give `first` as a whole number, such as 20.'],
  ['first=', 'first', 'Give `first` as a whole number, such as 20.'],
  ['first=1&first=2', 'first', '`first` is given 2 times: give it once.'],
  ['first=101', 'first', 'Give `first` from 1 to 100.'],
  ['maxPrice=NaN', 'maxPrice', 'Give `maxPrice` as a number, such as 0.5.'],
  ['isOnSale=yes', 'isOnSale', 'Give `isOnSale` as true or false.'],
  ['kinds=DIGITAL&kinds=LOST', 'kinds', 'Give `kinds` as one of PHYSICAL, DIGITAL.'],
  ['currency=euro', 'currency', 'Give `currency` as an ISO 4217 code, such as USD.'],
  [
    'frist=2',
    'frist',
    '`frist` is no parameter: there are ids, kinds, currency, maxPrice, isOnSale, first, after, last, before.',
  ],
])('a list of %s is refused by the name of the parameter', async (search, field, detail) => {
  const { status, type, headers, body } = await get(`/shelf?${search}`);
  expect({ status, type }).toEqual({ status: 400, type: 'application/problem+json' });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    code: 'BAD_USER_INPUT',
    detail,
    field,
  });
});

test.each([
  ['', 'filter', /^Give `filter`/],
  ['filter={', 'filter', /is no JSON/],
  ['filter={"price":{"max":1}}', 'filter.price', /currency/],
  ['filter={"kinds":["LOST"]}', 'filter.kinds.0', /LOST/],
  ['filter={"price":{"currency":"euro"}}', 'filter.price.currency', /ISO 4217/],
  ['filter={}&count=101', 'count', /^Give `count` from 1 to 100/],
])('a search with "%s" is refused by the place that is wrong', async (search, field, detail) => {
  const { status, body } = await get(`/shelf/search?${search}`);
  expect(status).toBe(400);
  expect(body).toMatchObject({ field, detail: expect.stringMatching(detail) as string });
});

test('what is not there is 404, and so is an address that nobody serves', async () => {
  for (const path of ['/products/0', '/refuses', '/nowhere', '/products/', '/']) {
    const { status, type, body } = await get(path);
    expect({ path, status, type }).toEqual({ path, status: 404, type: 'application/problem+json' });
    expect(body).toMatchObject({ title: 'Not Found', code: 'NOT_FOUND' });
  }
});

test('what breaks is told by its incident alone', async () => {
  const { status, body } = await get('/breaks');
  expect(status).toBe(500);
  expect(body).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    code: 'INTERNAL',
    detail: 'Something broke on our side.',
    incident: expect.any(String) as string,
  });
});

test('with a subgraph down its own answers are 503, and null is left of it in those of others', async () => {
  await stack.stop('catalogue');
  const own = await get('/products');
  const others = await get('/orders/1');
  await stack.start('catalogue');
  expect(own).toMatchObject({ status: 503, body: { code: 'SUBGRAPH_UNAVAILABLE' } });
  expect(others).toMatchObject({ status: 200, body: { id: '1', product: null } });
  expect(others.headers.get('cache-control')).toBe('no-store');
  expect(others.headers.get('etag')).toBeNull();
});

test('the caller is who the token names, or the cookie behind its header', async () => {
  const token = await stack.sign('orders:read:own');
  const ada = 'usr_ada by gateway: orders:read:own';
  const byToken = await get('/caller', { headers: { authorization: `Bearer ${token}` } });
  expect(byToken.body).toBe(ada);
  expect(byToken.headers.get('cache-control')).toBe('private, no-cache');
  const cookie = `__Host-access=${token}`;
  const byCookie = await get('/caller', { headers: { cookie, 'apollo-require-preflight': '1' } });
  expect(byCookie.body).toBe(ada);
  expect(await get('/caller', { headers: { cookie } })).toMatchObject({
    status: 403,
    body: { code: 'CSRF_HEADER_REQUIRED' },
  });
  const wrong = await get('/caller', { headers: { authorization: 'Bearer a.b.c' } });
  expect(wrong).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
  expect((await get('/caller')).body).toBe('anonymous by gateway: ');
});

test('what a scope is missing for is 403, and not fetched', async () => {
  const refused = await get('/costs');
  expect(refused).toMatchObject({ status: 403, body: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });
  expect(stack.calls).toEqual([]);
  const token = await stack.sign('catalogue:write');
  const { body } = await get('/costs', { headers: { authorization: `Bearer ${token}` } });
  expect(body).toEqual([{ cost: 7 }, { cost: 7 }]);
});

test('who has an answer is told by 304 that it is the same', async () => {
  const { headers } = await get('/products');
  const tag = headers.get('etag') ?? '';
  expect(tag).toMatch(/^"[\w-]{43}"$/);
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await get('/products', { headers: { 'if-none-match': known } });
    expect(again).toMatchObject({ status: 304, body: undefined });
    expect(again.headers.get('etag')).toBe(tag);
    expect(again.headers.get('vary')).toBe('authorization, cookie, accept-language');
  }
  const other = await get('/products', { headers: { 'if-none-match': '"other"' } });
  expect(other.status).toBe(200);
  expect((await get('/products/1')).headers.get('etag')).not.toBe(tag);
});

test('pages lead to one another by links, forth and back', async () => {
  const seen: unknown[] = [];
  const relations: string[] = [];
  let path: string | undefined = '/shelf?isOnSale=true&first=2';
  for (const wanted of ['next', 'next', 'prev', 'first', 'none']) {
    const { body, headers } = await get(path ?? '/nowhere');
    seen.push((body as { nodes: { id: string }[] }).nodes.map(({ id }) => id).join(''));
    const links = headers.get('link') ?? '';
    relations.push([...links.matchAll(/rel="(\w+)"/g)].map(([, name]) => name).join(' '));
    path = new RegExp(`</api/v1([^>]*)>; rel="${wanted}"`).exec(links)?.[1];
    expect(path ?? 'isOnSale=true').toContain('isOnSale=true');
  }
  expect(seen).toEqual(['12', '34', '5', '34', '12']);
  expect(relations).toEqual(['next', 'first prev next', 'first prev', 'first prev next', 'next']);
});

test('HEAD has the headers alone', async () => {
  const whole = await get('/products');
  const head = await get('/products', { method: 'HEAD' });
  expect(head).toMatchObject({ status: 200, body: undefined });
  for (const name of ['etag', 'content-length', 'content-type', 'cache-control']) {
    expect(head.headers.get(name)).toBe(whole.headers.get(name));
  }
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
  const { status, headers, body } = await get('/products', { method });
  expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'GET, HEAD' });
  expect(body).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
});

test.each([
  ['application/json', 200],
  ['text/html, application/*;q=0.5', 200],
  ['*/*', 200],
  ['text/html', 406],
  ['application/json;q=0, text/html', 406],
])('who accepts %s gets %i', async (accept, status) => {
  const answer = await get('/products', { headers: { accept } });
  expect(answer.status).toBe(status);
  if (status === 406) expect(answer.body).toMatchObject({ code: 'NOT_ACCEPTABLE' });
});

const send = async (method: string, path: string, value: unknown, headers: object = {}) =>
  await get(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof value === 'string' ? value : JSON.stringify(value),
  });

test('what changes something brings the variables in its body', async () => {
  const placed = await send('POST', '/orders', { productId: '1' });
  expect(placed).toMatchObject({ status: 200, body: { id: '9' } });
  expect(placed.headers.get('cache-control')).toBe('no-store');
  const cancelled = await send('DELETE', '/orders/4', { reasons: ['late'] });
  expect(cancelled).toMatchObject({ status: 200, body: { id: '4' } });
  expect((await get('/orders/5', { method: 'DELETE' })).body).toEqual({ id: '5' });
  expect(stack.calls).toEqual([
    'Mutation.placeOrder',
    'Mutation.cancelOrder {"id":"4","reasons":["late"],"isUrgent":true}',
    'Mutation.cancelOrder {"id":"5","isUrgent":true}',
  ]);
});

test.each([
  ['NOT_FOUND', 404],
  ['STALE', 409],
  ['ORDER_STATUS', 422],
])('a refusal %s is %i, and names what is refused', async (code, status) => {
  const { body } = await send('DELETE', '/orders/4', { reasons: [code] });
  expect(body).toMatchObject({ status, code, detail: 'Not so.', field: 'reasons.0' });
});

test('what a scope is missing for is not carried out', async () => {
  const refused = await send('PUT', '/orders/4/hold', {});
  expect(refused).toMatchObject({ status: 403, body: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });
  expect(stack.calls).toEqual([]);
  const token = await stack.sign('orders:manage');
  const held = await send('PUT', '/orders/4/hold', {}, { authorization: `Bearer ${token}` });
  expect(held).toMatchObject({ status: 200, body: { id: '9' } });
});

const json = 'application/json';

test.each([
  ['nothing', '', json, 400, 'BAD_USER_INPUT', 'Give `productId`'],
  ['another name', { product: '1' }, json, 400, 'BAD_USER_INPUT', 'there are productId'],
  ['another type', { productId: {} }, json, 400, 'BAD_USER_INPUT', '`productId`: ID cannot'],
  ['null', { productId: null }, json, 400, 'BAD_USER_INPUT', '`productId`: Expected non-null'],
  ['a list', [], json, 400, 'BAD_REQUEST', 'no JSON object'],
  ['half of it', '{"productId":', json, 400, 'BAD_REQUEST', 'not JSON'],
  ['what is deep', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`, json, 400, 'BAD_REQUEST', 'nested'],
  ['a form', 'productId=1', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE', 'Send JSON'],
])('a body of %s is refused', async (_name, value, type, status, code, detail) => {
  const answer = await send('POST', '/orders', value, { 'content-type': type });
  expect(answer).toMatchObject({ status, type: 'application/problem+json' });
  expect(answer.body).toMatchObject({ code, detail: expect.stringContaining(detail) as string });
  expect(stack.calls).toEqual([]);
});

test('an address that is read and changed allows for both', async () => {
  const { status, headers } = await get('/orders/4', { method: 'PATCH' });
  expect({ status, allow: headers.get('allow') }).toEqual({
    status: 405,
    allow: 'GET, HEAD, DELETE',
  });
});

test('the id of the request goes with every answer', async () => {
  for (const path of ['/products', '/nowhere', '/openapi.json']) {
    const { headers } = await get(path, { headers: { 'x-request-id': 'order-42' } });
    expect(headers.get('x-request-id')).toBe('order-42');
  }
});

test('the description is served with a tag of its own', async () => {
  const { status, type, headers, body } = await get('/openapi.json');
  expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
  expect(body).toMatchObject({
    openapi: '3.1.1',
    paths: { '/api/v1/caller': { get: { operationId: 'WhoAsks', summary: 'Who asks.' } } },
  });
  const tag = headers.get('etag') ?? '';
  expect((await get('/openapi.json', { headers: { 'if-none-match': tag } })).status).toBe(304);
});

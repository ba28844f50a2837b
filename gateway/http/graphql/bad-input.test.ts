import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { GraphAnswer } from '../../execution/graph-answer.ts';
import { ask } from '../../fixtures/ask.ts';
import { startStack, type Stack } from '../../fixtures/stack.ts';

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

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As JSON, where it is no text, bytes or stream. */
  readonly body?: unknown;
  readonly search?: string;
}

/** By POST, as JSON, unless told otherwise. */
async function send({ method = 'POST', headers, body, search = '' }: Sent): Promise<Response> {
  return await fetch(`${stack.url}/graphql${search}`, {
    method,
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...headers,
    },
    ...(body !== undefined && { body: isSentAsItIs(body) ? body : JSON.stringify(body) }),
    duplex: 'half',
  });
}

function isSentAsItIs(body: unknown): body is string | Uint8Array<ArrayBuffer> | ReadableStream {
  return typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
}

const query = '{ caller }';
const placing = '?query=mutation{placeOrder(productId:1){id}}';
const orderBy = (variable: string) =>
  `query ($${variable}: ID!) { order(id: $${variable}) { id } }`;
const typed = (type: string) => ({ 'content-type': type });
const bodyBytesMax = 10 * 1024 * 1024;

/** What comes of it, then what it is, and words of the answer. */
const refused: Readonly<Record<string, readonly (readonly [string, Sent, string])[]>> = {
  '405 METHOD_NOT_ALLOWED': [
    ['PUT', { method: 'PUT', body: { query } }, 'by POST'],
    ['DELETE', { method: 'DELETE' }, 'by POST'],
    ['a mutation by GET', { method: 'GET', search: placing }, 'by POST'],
  ],
  '415 UNSUPPORTED_MEDIA_TYPE': [
    ['a form', { headers: typed('application/x-www-form-urlencoded'), body: 'query={}' }, 'JSON'],
    ['a bare query', { headers: typed('application/graphql'), body: query }, 'application/json'],
    ['Latin', { headers: typed('application/json; charset=latin1'), body: { query } }, 'UTF-8'],
    ['what is zipped', { headers: { 'content-encoding': 'gzip' }, body: { query } }, 'compressed'],
  ],
  '400 BAD_REQUEST': [
    ['no body', {}, 'empty'],
    ['broken JSON', { body: '{"query": "{ caller }"' }, 'not JSON'],
    ['bytes that are no UTF-8', { body: Buffer.from('{"query": "\xe9"}', 'latin1') }, 'UTF-8'],
    ['a string', { body: '"{ caller }"' }, 'no JSON object'],
    ['null', { body: 'null' }, 'no JSON object'],
    ['a list', { body: [{ query }, { query }] }, 'request of its own'],
    ['a megabyte of [', { body: '['.repeat(1_000_000) }, 'not JSON'],
    ['a list without bottom', { body: nested('[', ']', 500_000) }, 'request of its own'],
    [
      'a variable without bottom',
      { body: `{"query": "{ caller }", "variables": ${nested('{"a":[', ']}', 100_000)}}` },
      'nested',
    ],
    ['no query', { body: { variables: {} } }, '`query` is missing'],
    ['a query that is null', { body: { query: null } }, '`query` is missing'],
    ['a query that is a number', { body: { query: 1 } }, '`query` is no string'],
    [
      'a query in __proto__',
      { body: `{"__proto__": {"query": "${query}"}}` },
      '`query` is missing',
    ],
    ['variables as text', { body: { query, variables: '{}' } }, '`variables` is no object'],
    ['variables in a list', { body: { query, variables: [] } }, '`variables` is no object'],
    ['extensions as text', { body: { query, extensions: '' } }, '`extensions` is no object'],
    ['a number for a name', { body: { query, operationName: 1 } }, '`operationName` is no string'],
    ['GET without a query', { method: 'GET' }, '`query` is missing'],
    ['GET with broken variables', { method: 'GET', search: '?query={a}&variables={' }, 'not JSON'],
    ['GET with two queries', { method: 'GET', search: '?query={a}&query={b}' }, 'twice'],
  ],
  '400 PERSISTED_QUERY_NOT_SUPPORTED': [
    [
      'a hash of a query',
      { body: { extensions: { persistedQuery: { version: 1, sha256Hash: 'ecf4edb46d' } } } },
      'send `query`',
    ],
  ],
  '400 GRAPHQL_PARSE_FAILED': [
    ['an empty query', { body: { query: '' } }, '<EOF>'],
    ['a broken query', { body: { query: '{ caller' } }, 'Expected'],
    ['a query without end', { body: { query: `{ ${'caller '.repeat(20_000)}}` } }, '15000 tokens'],
    ['a query without bottom', { body: { query: nested('{ a ', '}', 4_000) } }, 'nested'],
  ],
  '400 GRAPHQL_VALIDATION_FAILED': [
    ['a field that is not there', { body: { query: '{ constructor }' } }, '"constructor"'],
    [
      'fragments in a circle',
      { body: { query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }' } },
      'within itself',
    ],
  ],
  '400 OPERATION_RESOLUTION_FAILURE': [
    [
      'an operation that is not there',
      { body: { query: 'query A { caller }', operationName: 'B' } },
      'named B',
    ],
  ],
  '400 BAD_USER_INPUT': [
    ['a wrong variable', { body: { query: orderBy('id'), variables: { id: [1] } } }, '$id'],
    ['no value for $constructor', { body: { query: orderBy('constructor') } }, '$constructor'],
    ['no value for $__proto__', { body: { query: orderBy('__proto__') } }, '$__proto__'],
    [
      'a variable in __proto__',
      { body: `{"query": "${orderBy('id')}", "variables": {"__proto__": {"id": "1"}}}` },
      '$id',
    ],
  ],
  '413 CONTENT_TOO_LARGE': [
    ['a body that says so', { body: ' '.repeat(bodyBytesMax + 1) }, String(bodyBytesMax)],
    ['a body that turns out so', { body: streamOf(11 * 1024) }, String(bodyBytesMax)],
  ],
};

const rows = Object.entries(refused).flatMap(([outcome, cases]) =>
  cases.map(([what, sent, words]) => [outcome, what, sent, words] as const),
);

test.each(rows)('%s for %s, while others are answered', async (...row) => {
  const [outcome, , sent, words] = row;
  const response = await amongOthers(send(sent));
  const { data, errors } = (await response.json()) as GraphAnswer;
  expect(`${response.status} ${String(errors[0]?.extensions?.['code'])}`).toBe(outcome);
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toContain(words);
  expect(data).toBeUndefined();
  expect(response.headers.get('content-type')).toContain('application/graphql-response+json');
  expect(stack.calls).toEqual([]);
});

function nested(open: string, close: string, levels: number): string {
  return open.repeat(levels) + close.repeat(levels);
}

/** Its length is told to nobody. */
function streamOf(kibibytes: number): ReadableStream {
  return ReadableStream.from(Array.from({ length: kibibytes }, () => Buffer.alloc(1024, ' ')));
}

/** Another client asks over and over while that happens, and is answered each time. */
async function amongOthers<Result>(happening: Promise<Result>): Promise<Result> {
  let isHappening = true as boolean;
  const happened = happening.finally(() => {
    isHappening = false;
  });
  while (isHappening) {
    const { status, data } = await ask(stack.url, '{ products { id } }');
    expect({ status, data }).toEqual({
      status: 200,
      data: { products: [{ id: '1' }, { id: '2' }] },
    });
  }
  return await happened;
}

test('415 for a body without a content type', async () => {
  const body = Buffer.from(JSON.stringify({ query }));
  const response = await fetch(`${stack.url}/graphql`, { method: 'POST', body });
  expect(response.status).toBe(415);
});

test.each([
  ['PUT', '', 'GET, POST'],
  ['GET', placing, 'POST'],
])('%s%s is told which methods there are', async (method, search, allow) => {
  const response = await send({ method, search });
  expect(response.headers.get('allow')).toBe(allow);
});

test.each(['__proto__', 'constructor', 'toString'])('%s may name a variable', async (name) => {
  const body = `{"query": "${orderBy(name)}", "variables": {"${name}": "7"}}`;
  const response = await send({ body });
  expect(await response.json()).toEqual({ data: { order: { id: '7' } } });
});

test('GET takes all that POST takes', async () => {
  const search = new URLSearchParams({
    query: `query B { caller } ${orderBy('id').replace('query', 'query A')}`,
    operationName: 'A',
    variables: '{"id": "ä+/"}',
    extensions: '{}',
  });
  const response = await send({ method: 'GET', search: `?${search.toString()}` });
  expect(await response.json()).toEqual({ data: { order: { id: 'ä+/' } } });
});

test('an empty operation name is none', async () => {
  const response = await send({ method: 'GET', search: '?query={caller}&operationName=' });
  expect(response.status).toBe(200);
});

import { OperationTypeNode } from 'graphql';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  fineText,
  hang,
  reply,
  startScriptedSubgraph,
  type Reply,
  type ScriptedSubgraph,
} from '../fixtures/scripted-subgraph.ts';
import { nobody } from '../authority/access.ts';
import { silent } from '../fixtures/silent.ts';
import { createFetching, type Fetching, type FetchingOptions } from './fetching.ts';
import { SubgraphUnavailable } from './subgraph-unavailable.ts';

let subgraph: ScriptedSubgraph;
let fetching: Fetching;
const warn = vi.fn<(typeof silent)['warn']>();

function open(options: Partial<FetchingOptions> = {}): Fetching {
  return createFetching({
    subgraphs: { orders: subgraph.url },
    headersFor: ({ caller }, name) => ({ authorization: `Bearer ${caller.id} to ${name}` }),
    joins: false,
    logger: { ...silent, warn },
    ...options,
  });
}

beforeEach(async () => {
  warn.mockClear();
  subgraph = await startScriptedSubgraph();
  fetching = open();
});
afterEach(async () => {
  await fetching[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
});

async function ask(by = fetching, service = 'orders'): Promise<string> {
  const fetch = by.for({
    ...nobody,
    requestId: 'r-1',
    authorization: undefined,
    languages: undefined,
  });
  return await fetch({ service, kind: OperationTypeNode.QUERY, body: '{"query":"{ id }"}' });
}

test('a subgraph is asked in the name of the caller', async () => {
  expect(await ask()).toBe(fineText);
  expect(subgraph.seen).toMatchObject([
    {
      headers: {
        authorization: 'Bearer anonymous to orders',
        'content-type': 'application/json',
        'x-request-id': 'r-1',
      },
      body: '{"query":"{ id }"}',
    },
  ]);
});

test('a hundred fetches, one after the other, need one connection', async () => {
  for (let n = 0; n < 100; n++) await ask();
  expect(subgraph.seen).toHaveLength(100);
  expect(subgraph.connections()).toBe(1);
});

test('subgraphs of one host share its connections, each at its whole address', async () => {
  await using narrow = open({
    subgraphs: { orders: `${subgraph.url}?of=orders`, returns: `${subgraph.url}?of=returns` },
    connectionsMax: 1,
  });
  await Promise.all([ask(narrow), ask(narrow, 'returns'), ask(narrow)]);
  expect(subgraph.seen.map(({ url }) => url)).toEqual([
    '/graphql?of=orders',
    '/graphql?of=returns',
    '/graphql?of=orders',
  ]);
  expect(subgraph.connections()).toBe(1);
});

test('an answer leaves no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  await ask();
  expect(timers()).toBeLessThanOrEqual(before);
});

test('an answer arrives whole, wherever its pieces part', async () => {
  const text = JSON.stringify({ data: { name: '日本 – 🚀' } });
  subgraph.replies.push((response) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    void trickle(response, Buffer.from(text));
  });
  expect(await ask()).toBe(text);
});

async function trickle(response: Parameters<Reply>[0], bytes: Buffer): Promise<void> {
  response.socket?.setNoDelay(true);
  for (const byte of bytes) {
    await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
  }
  response.end();
}

const errors = '{"errors":[{"message":"No instant."}]}';

test.each<[string, Reply, string]>([
  ['what is wrong with the request', reply(400, errors), errors],
  ['errors of its own', reply(500, errors), errors],
  ['data, whatever the status', reply(418, fineText, 'text/plain'), fineText],
  ['JSON that is broken, for its reader to find out', reply(200, '{"data":'), '{"data":'],
  [
    "GraphQL's own media type",
    reply(200, fineText, 'application/graphql-response+json; charset=utf-8'),
    fineText,
  ],
  ['no media type', (response) => response.end(fineText), fineText],
])('a subgraph may answer %s', async (_name, answer, text) => {
  subgraph.replies.push(answer);
  expect(await ask()).toBe(text);
  expect(warn).not.toHaveBeenCalled();
});

test.each<[string, Reply]>([
  ["does not accept the gateway's token", reply(401, errors)],
  ['answers something else than JSON', reply(200, '<html>', 'text/html')],
  ['answers an error page', reply(500, '<html>', 'text/html')],
  ['answers an error that is not of GraphQL', reply(500, '{"errors":["upstream"]}')],
  ['answers JSON that is no answer', reply(404, '"fine"')],
  ['answers with nothing', reply(204, '', 'text/plain')],
  ['sends us elsewhere', (response) => response.writeHead(307, { location: '/other' }).end()],
  [
    'does not speak HTTP',
    (response) => {
      response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n');
    },
  ],
])('a subgraph that %s is unavailable, and not asked again', async (_name, answer) => {
  subgraph.replies.push(answer);
  await expect(ask()).rejects.toBeInstanceOf(SubgraphUnavailable);
  expect(subgraph.seen).toHaveLength(1);
});

test.each<[string, Reply]>([
  ['answers nothing', hang],
  [
    'does not go on with its answer',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
  ],
  [
    'never comes to the end of its answer',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 10);
      response.once('close', () => {
        clearInterval(timer);
      });
    },
  ],
])('a subgraph that %s is unavailable in time, and not asked again', async (_name, answer) => {
  await using impatient = open({ timeoutMs: 100 });
  subgraph.replies.push(answer);
  await expect(ask(impatient)).rejects.toMatchObject({
    cause: { message: 'it did not answer in 100 ms' },
  });
  expect(subgraph.seen).toHaveLength(1);
});

test('an answer that is too long is taken no further', async () => {
  await using modest = open({ answerBytesMax: 100_000 });
  const closed = new Promise((resolve) => {
    subgraph.replies.push((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.once('close', resolve);
      const pour = () => {
        while (!response.destroyed && response.write(' '.repeat(1_000)));
      };
      response.on('drain', pour);
      pour();
    });
  });
  await expect(ask(modest)).rejects.toMatchObject({
    cause: { message: 'it answered more than is taken' },
  });
  await closed;
  expect(await ask(modest)).toBe(fineText);
});

test('a failure is logged once, with the subgraph and the request', async () => {
  subgraph.replies.push(reply(500, 'ECONNREFUSED 10.0.0.7'));
  await expect(ask()).rejects.toThrow('the subgraph orders does not answer');
  expect(warn.mock.calls).toMatchObject([
    [
      'a subgraph did not answer',
      {
        subgraph: 'orders',
        requestId: 'r-1',
        error: { message: 'it answered 500: ECONNREFUSED 10.0.0.7' },
      },
    ],
  ]);
});

test('a subgraph that no token can be made for is unavailable', async () => {
  await using keyless = open({ headersFor: () => Promise.reject(new Error('no key')) });
  await expect(ask(keyless)).rejects.toBeInstanceOf(SubgraphUnavailable);
  expect(warn).toHaveBeenCalledOnce();
  expect(subgraph.seen).toHaveLength(0);
});

test('what can not be sent is no outage of the subgraph', async () => {
  let authorization = 'a\r\nx-admin: yes';
  await using crooked = open({ headersFor: () => ({ authorization }) });
  for (let n = 0; n < 30; n++) await expect(ask(crooked)).rejects.toThrow(SubgraphUnavailable);
  expect(subgraph.seen).toHaveLength(0);
  authorization = 'a';
  expect(await ask(crooked)).toBe(fineText);
});

test('disposing cuts what is under way', async () => {
  const closed = new Promise((resolve) => {
    subgraph.replies.push((response) => response.once('close', resolve));
  });
  const cut = open();
  const failure = expect(ask(cut)).rejects.toBeInstanceOf(SubgraphUnavailable);
  await vi.waitUntil(() => subgraph.seen.length === 1);
  await cut[Symbol.asyncDispose]();
  await failure;
  await closed;
});

import { OperationTypeNode } from 'graphql';
import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  fine,
  fineText,
  hangUp,
  reply,
  startScriptedSubgraph,
  type Reply,
  type ScriptedSubgraph,
} from '../fixtures/scripted-subgraph.ts';
import { nobody } from '../authority/access.ts';
import { silent } from '../fixtures/silent.ts';
import { createFetching, type Fetching } from './fetching.ts';
import { SubgraphUnavailable } from './subgraph-unavailable.ts';

const { MUTATION, QUERY } = OperationTypeNode;

let subgraph: ScriptedSubgraph;
let fetching: Fetching;
let time: number;
const logger = {
  ...silent,
  info: vi.fn<(typeof silent)['info']>(),
  warn: vi.fn<(typeof silent)['warn']>(),
  error: vi.fn<(typeof silent)['error']>(),
};

const open = (url: string) =>
  createFetching({
    subgraphs: { orders: url },
    headersFor: () => ({}),
    joins: true,
    logger,
    now: () => time,
  });

beforeEach(async () => {
  vi.clearAllMocks();
  time = 0;
  subgraph = await startScriptedSubgraph();
  fetching = open(subgraph.url);
});
afterEach(async () => {
  await fetching[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
});

let bodies = 0;
async function ask(kind = QUERY, by = fetching): Promise<string> {
  const fetch = by.for({
    ...nobody,
    requestId: 'r-1',
    authorization: undefined,
    languages: undefined,
  });
  return await fetch({ service: 'orders', kind, body: String(bodies++) });
}

const busy = (status: number) => reply(status, 'no healthy upstream', 'text/plain');
const partial: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"data"', () => response.socket?.destroy());
};

test.each<[string, Reply]>([
  ['whose connection breaks', hangUp],
  ['whose answer breaks off', partial],
  ['that a proxy has nobody for', busy(503)],
  ['whose subgraph died behind a proxy', busy(502)],
  ['that a proxy grew tired of', busy(504)],
])('a query %s is sent once more, and no more', async (_name, failure) => {
  subgraph.replies.push(failure, fine);
  expect(await ask()).toBe(fineText);
  expect(subgraph.seen).toHaveLength(2);
  expect(logger.warn).not.toHaveBeenCalled();

  subgraph.replies.push(failure, failure, fine);
  await expect(ask()).rejects.toBeInstanceOf(SubgraphUnavailable);
  expect(subgraph.seen).toHaveLength(4);
  expect(logger.warn).toHaveBeenCalledOnce();
});

test('an outage that is told in GraphQL is an answer', async () => {
  const text = '{"errors":[{"message":"Later."}]}';
  subgraph.replies.push(reply(503, text));
  expect(await ask()).toBe(text);
  expect(subgraph.seen).toHaveLength(1);
});

test.each<[string, Reply]>([
  ['whose connection breaks', hangUp],
  ['that a proxy has nobody for', busy(503)],
])('a mutation %s is never sent again', async (_name, failure) => {
  subgraph.replies.push(failure);
  await expect(ask(MUTATION)).rejects.toBeInstanceOf(SubgraphUnavailable);
  await ask();
  expect(subgraph.seen).toHaveLength(2);
});

test('a mutation that could not be sent at all is tried again', async () => {
  const server = createServer((_request, response) => {
    fine(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));

  await using late = open(`http://127.0.0.1:${port}/graphql`);
  diagnostics.subscribe('net.client.socket', comeUp);
  function comeUp(message: unknown) {
    diagnostics.unsubscribe('net.client.socket', comeUp);
    const { socket } = message as { socket: Socket };
    socket.once('error', () => server.listen(port, '127.0.0.1'));
  }
  expect(await ask(MUTATION, late)).toBe(fineText);
  server.close();
});

test('a subgraph that closes its connections at will loses no query', async () => {
  const closing: Reply = (response) => {
    fine(response);
    response.once('finish', () => response.socket?.destroy());
  };
  for (let n = 0; n < 100; n++) {
    subgraph.replies.push(closing);
    expect(await ask()).toBe(fineText);
  }
});

test('all queries that a dying server takes with it go to the next', async () => {
  const many = 128;
  const waiting: (() => void)[] = [];
  for (let n = 0; n < many; n++) {
    subgraph.replies.push((response) => {
      waiting.push(() => {
        hangUp(response);
      });
    });
  }
  const answers = Promise.all(Array.from({ length: many }, () => ask()));
  await vi.waitUntil(() => waiting.length === many);
  for (const die of waiting) die();
  expect(new Set(await answers)).toEqual(new Set([fineText]));
  expect(logger.error).not.toHaveBeenCalled();
});

test('an outage is not met with twice the load', async () => {
  for (let n = 0; n < 1_000; n++) subgraph.replies.push(busy(503));
  await Promise.allSettled(Array.from({ length: 400 }, () => ask()));
  expect(subgraph.seen).toHaveLength(400 + 150); // the burst that a budget begins with
});

/** A row of failures that is just long enough. */
async function breakDown(): Promise<void> {
  for (let n = 0; n < 20; n++) {
    subgraph.replies.push(reply(500, 'oh no', 'text/plain'));
    await expect(ask()).rejects.toBeInstanceOf(SubgraphUnavailable);
  }
}

test('a subgraph that fails again and again is spared, and asked once a second', async () => {
  await breakDown();
  expect(logger.error).toHaveBeenCalledOnce();
  expect(logger.warn).toHaveBeenCalledTimes(20);

  await expect(ask()).rejects.toBeInstanceOf(SubgraphUnavailable);
  await expect(ask(MUTATION)).rejects.toBeInstanceOf(SubgraphUnavailable);
  expect(subgraph.seen).toHaveLength(20);
  expect(logger.warn).toHaveBeenCalledTimes(20); // it is known by now

  time += 1_000;
  subgraph.replies.push(reply(500, 'oh no', 'text/plain'));
  const outcomes = await Promise.allSettled([ask(), ask(), ask()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(subgraph.seen).toHaveLength(21);
});

test('it is asked by everybody again as soon as it answers', async () => {
  await breakDown();
  time += 1_000;
  expect(await ask()).toBe(fineText);
  expect(logger.info.mock.calls).toEqual([['a subgraph answers again', { subgraph: 'orders' }]]);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([fineText, fineText, fineText]);
});

test.each<[string, Reply]>([
  ['errors', reply(500, '{"errors":[{"message":"oh no"}]}')],
  ['refusals of our token', reply(401, '{"errors":[{"message":"Sign in."}]}')],
  ['pages for people', reply(404, '<html>', 'text/html')],
])('%s are no outage, however many', async (_name, answer) => {
  for (let n = 0; n < 30; n++) {
    subgraph.replies.push(answer);
    await ask().catch(() => undefined);
  }
  expect(await ask()).toBe(fineText);
});

import { anonymous } from '#auth';
import { OperationTypeNode } from 'graphql';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  fine,
  fineText,
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

let orders: ScriptedSubgraph;
let catalogue: ScriptedSubgraph;
let fetching: Fetching;
const warn = vi.fn<(typeof silent)['warn']>();

beforeEach(async () => {
  warn.mockClear();
  orders = await startScriptedSubgraph();
  catalogue = await startScriptedSubgraph();
  fetching = createFetching({
    subgraphs: { orders: orders.url, catalogue: catalogue.url },
    headersFor: ({ caller }) => ({ authorization: caller.id }),
    joins: true,
    logger: { ...silent, warn },
  });
});
afterEach(async () => {
  await fetching[Symbol.asyncDispose]();
  await orders[Symbol.asyncDispose]();
  await catalogue[Symbol.asyncDispose]();
});

interface Asked {
  readonly id?: string;
  readonly service?: string;
  readonly kind?: OperationTypeNode;
  readonly body?: string;
  readonly joins?: boolean;
}

let requests = 0;
async function ask(asked: Asked = {}): Promise<string> {
  const { id = 'ada', service = 'orders', kind = QUERY, body = '{ id }', joins } = asked;
  const context = {
    ...nobody,
    caller: { ...anonymous('gateway'), id },
    requestId: `r-${requests++}`,
    authorization: undefined,
    languages: undefined,
  };
  return await fetching.for(context, { ...(joins !== undefined && { joins }) })({
    service,
    kind,
    body,
  });
}

/** Makes the next request wait; resolves to what answers it, once it has come. */
async function hold(subgraph = orders): Promise<(answer?: Reply) => void> {
  return await new Promise((resolve) => {
    subgraph.replies.push((response) => {
      resolve((answer = fine) => {
        answer(response);
      });
    });
  });
}

test('equal queries that are under way at the same time are fetched once', async () => {
  const held = hold();
  const answers = Array.from({ length: 10 }, () => ask());
  (await held)();
  expect(new Set(await Promise.all(answers))).toEqual(new Set([fineText]));
  expect(orders.seen).toHaveLength(1);

  await ask();
  expect(orders.seen).toHaveLength(2); // nothing is kept
});

test.each<[string, Asked]>([
  ['other callers', { id: 'bob' }],
  ['other questions', { body: '{ name }' }],
  ['those who want their own', { joins: false }],
])('%s are not joined', async (_name, other) => {
  const held = hold();
  const first = ask();
  const second = ask(other);
  expect(await second).toBe(fineText);
  (await held)();
  await first;
  expect(orders.seen).toHaveLength(2);
});

test('the same question to another subgraph is another', async () => {
  await Promise.all([ask(), ask({ service: 'catalogue' })]);
  expect([orders.seen.length, catalogue.seen.length]).toEqual([1, 1]);
});

test('equal mutations are all carried out', async () => {
  await Promise.all([ask({ kind: MUTATION }), ask({ kind: MUTATION })]);
  expect(orders.seen).toHaveLength(2);
});

test.each<[string, Reply]>([
  ['done', fine],
  ['perhaps done', reply(500, 'oh no')],
])(
  'what began before a mutation was %s is joined by nobody who begins after it',
  async (_name, outcome) => {
    const old = '{"data":{"id":0}}';
    const held = hold();
    const before = ask();
    const answerBefore = await held;

    catalogue.replies.push(outcome);
    await ask({ service: 'catalogue', kind: MUTATION, id: 'bob' }).catch(() => undefined);

    const heldAfter = hold();
    const after = [ask(), ask()];
    const answerAfter = await heldAfter;
    answerBefore(reply(200, old)); // its end must not part the later ones
    expect(await before).toBe(old);
    after.push(ask());
    answerAfter();
    expect(await Promise.all(after)).toEqual([fineText, fineText, fineText]);
    expect(orders.seen).toHaveLength(2);
  },
);

test('who joined fails alike, and it is logged once', async () => {
  const held = hold();
  const outcomes = Promise.allSettled([ask(), ask(), ask()]);
  (await held)(reply(500, 'oh no'));
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ reason: expect.any(SubgraphUnavailable) as unknown });
  }
  expect(orders.seen).toHaveLength(1);
  expect(warn).toHaveBeenCalledOnce();
});

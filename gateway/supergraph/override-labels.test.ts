import { expect, test } from 'vitest';
import { ask } from '../fixtures/ask.ts';
import { compose } from '../fixtures/compose.ts';
import { serveOpenSubgraph } from '../fixtures/open-subgraph.ts';
import { silent } from '../fixtures/silent.ts';
import { createGateway } from '../gateway.ts';
import { unverified } from '../authority/access-token.ts';
import { forwarding } from '../subgraph-access.ts';
import { createHoldingLabels } from './override-labels.ts';
import { buildSupergraph } from './supergraph.ts';

const before = 'type Query { price: Int stock: Int }';
const after = `type Query {
  price: Int @override(from: "before", label: "new-prices")
  stock: Int @override(from: "before", label: "percent(25)")
}`;
const supergraph = buildSupergraph(compose({ before, after }));

test('the labels are found', () => {
  expect(supergraph.overrideLabels).toEqual(['new-prices', 'percent(25)']);
});

test('a percentage holds for that share of the requests', () => {
  const draws = [0.24, 0.25, 0.99, 0];
  const holding = createHoldingLabels(['percent(25)'], new Set(), () => draws.shift() ?? 1);
  const held = [holding(), holding(), holding(), holding()];
  expect(held).toEqual([['percent(25)'], [], [], ['percent(25)']]);
});

test('a name holds if it is on, all of a hundred percent always', () => {
  const labels = ['a', 'b', 'percent(0)', 'percent(100)'];
  expect(createHoldingLabels(labels, new Set(['b', 'c']))()).toEqual(['b', 'percent(100)']);
});

test.each([
  [new Set<string>(), 1],
  [new Set(['new-prices']), 2],
])('a field moves to another subgraph when its label is on (%s)', async (overrideLabels, price) => {
  await using old = await serveOpenSubgraph(before, { Query: { price: () => 1, stock: () => 1 } });
  await using young = await serveOpenSubgraph(after, { Query: { price: () => 2, stock: () => 2 } });
  await using gateway = await createGateway({
    supergraph,
    subgraphs: new Map([
      ['before', old.url],
      ['after', young.url],
    ]),
    access: forwarding,
    verifyAccessToken: unverified,
    overrideLabels,
    host: '127.0.0.1',
    port: 0,
    clock: () => new Date(),
    logger: silent,
  });
  expect((await ask(gateway.url, '{ price }')).data).toEqual({ price });
});

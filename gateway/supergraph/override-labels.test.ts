import { expect, test } from 'vitest';
import { ask } from '../fixtures/ask.ts';
import { compose } from '../fixtures/compose.ts';
import { serveTogether } from '../fixtures/together.ts';
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
])('a field moves to another subgraph when its label is on (%s)', async (labels, price) => {
  const answering = (number: number) => ({ Query: { price: () => number, stock: () => number } });
  await using gateway = await serveTogether(
    {
      before: { types: before, resolvers: answering(1) },
      after: { types: after, resolvers: answering(2) },
    },
    labels,
  );
  expect((await ask(gateway.url, '{ price }')).data).toEqual({ price });
});

import { expect, test } from 'vitest';
import { ask } from '../fixtures/ask.ts';
import { serveTogether, type OpenSubgraph } from '../fixtures/together.ts';

type Known = Readonly<Record<string, unknown>>;

/** The price of a product moves to a subgraph that has to be told its weight for that. */
const subgraphs: Readonly<Record<string, OpenSubgraph>> = {
  shop: {
    types: `
      type Query { products: [Product!]! }
      type Product @key(fields: "id") { id: ID! price: String weight(unit: String!): String }
    `,
    resolvers: {
      Query: { products: () => [{ id: '1' }, { id: '2' }] },
      Product: { price: () => 'old', weight: (_root, { unit }: Known) => `2 ${unit as string}` },
    },
  },
  prices: {
    types: `
      type Product @key(fields: "id") {
        id: ID! weight(unit: String!): String @external
        price: String @override(from: "shop", label: "moved") @requires(fields: "weight(unit: \\"kg\\")")
      }
    `,
    resolvers: {
      Product: { price: (root) => `new, for ${String((root as Known)['weight'])}` },
    },
  },
};

test.each([
  [[], 'old'],
  [['moved'], 'new, for 2 kg'],
])('with %j on, the price is %s', async (labels, price) => {
  await using gateway = await serveTogether(subgraphs, new Set(labels));
  const query = '{ products { id price weight(unit: "lb") } }';
  const { data, errors } = await ask(gateway.url, query);
  expect(errors).toBeUndefined();
  expect(data).toEqual({ products: ['1', '2'].map((id) => ({ id, price, weight: '2 lb' })) });
});

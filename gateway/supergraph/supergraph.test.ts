import { expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { buildSupergraph } from './supergraph.ts';

test('what it would not enforce, it refuses to serve', () => {
  const sdl = compose({
    orders: `
      type Query { order: Order }
      type Order @key(fields: "id") @context(name: "order") { id: ID! currency: String! lines: [Line!]! }
      type Line @key(fields: "id") {
        id: ID!
        price(currency: String @fromContext(field: "$order { currency }")): Int
      }
    `,
  });
  expect(() => buildSupergraph(sdl)).toThrow(/context/);
});

test('what is inaccessible is no part of the public schema', () => {
  const sdl = compose({ orders: 'type Query { order: ID lock: ID @inaccessible }' });
  const { publicSchema } = buildSupergraph(sdl);
  expect(Object.keys(publicSchema.getQueryType()?.getFields() ?? {})).toEqual(['order']);
});

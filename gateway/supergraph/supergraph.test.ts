import { expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { buildSupergraph } from './supergraph.ts';

test('what it would not carry out, it refuses to serve', () => {
  const sdl = compose({
    prices: `
      extend schema
        @link(url: "https://specs.apollo.dev/connect/v0.1", import: ["@source", "@connect"])
        @source(name: "rest", http: { baseURL: "http://rest" })
      type Query { price: Int @connect(source: "rest", http: { GET: "/price" }, selection: "$") }
    `,
  });
  expect(() => buildSupergraph(sdl)).toThrow(/connect/);
});

test('what is inaccessible is no part of the public schema', () => {
  const sdl = compose({ orders: 'type Query { order: ID lock: ID @inaccessible }' });
  const { publicSchema } = buildSupergraph(sdl);
  expect(Object.keys(publicSchema.getQueryType()?.getFields() ?? {})).toEqual(['order']);
});

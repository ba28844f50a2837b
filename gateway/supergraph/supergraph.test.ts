import { expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { buildSupergraph } from './supergraph.ts';

test('what it would not enforce, it refuses to serve', () => {
  const sdl = compose({ orders: 'type Query { audit: String @policy(policies: [["auditor"]]) }' });
  expect(() => buildSupergraph(sdl)).toThrow(/policy/);
});

test('what is inaccessible is no part of the public schema', () => {
  const sdl = compose({ orders: 'type Query { order: ID lock: ID @inaccessible }' });
  const { publicSchema } = buildSupergraph(sdl);
  expect(Object.keys(publicSchema.getQueryType()?.getFields() ?? {})).toEqual(['order']);
});

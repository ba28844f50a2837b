import fc from 'fast-check';
import { expect, test } from 'vitest';
import { availabilityOf, isPublic } from './availability.ts';
import type { StockLevel } from './stock.ts';

const level: StockLevel = {
  sku: 'vm',
  unlimited: false,
  onHand: 10,
  allocated: 0,
  reserved: 0,
  version: 1,
  updatedAt: new Date('2026-11-25T12:00:00Z'),
};

test.each([
  [0, 'OUT_OF_STOCK', 0],
  [1, 'LOW_STOCK', 1],
  [9, 'LOW_STOCK', 9],
  [10, 'IN_STOCK', 10],
  [1_000, 'IN_STOCK', 10],
])('of %i available the public is told %s, %i', (onHand, told, quantity) => {
  expect(availabilityOf({ ...level, onHand })).toEqual({ status: told, quantity });
});

test('of what is unlimited no number is told', () => {
  const unlimited = { ...level, unlimited: true };
  expect(availabilityOf(unlimited)).toEqual({ status: 'UNLIMITED', quantity: null });
});

test('a change is public when there were fewer than ten before it or after, and none is otherwise', () => {
  const onHand = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(onHand, onHand, (before, after) => {
      const change = { before: { ...level, onHand: before }, after: { ...level, onHand: after } };
      expect(isPublic(change)).toBe(before !== after && Math.min(before, after) < 10);
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  availabilityOf,
  available,
  movesTo,
  type Reservation,
  type ReservationStatus,
  type StockLevel,
} from './stock.ts';

const level: StockLevel = { sku: 'vm', unlimited: false, onHand: 10, allocated: 3, reserved: 2 };
const status = fc.constantFrom<ReservationStatus>('RESERVED', 'ALLOCATED', 'RELEASED');
const reservation: fc.Arbitrary<Reservation> = fc.record({
  orderLineId: fc.uuid(),
  sku: fc.option(fc.constantFrom('a', 'b', 'c')),
  quantity: fc.integer({ min: 1, max: 100 }),
  status,
});

test('what is held is not available', () => {
  expect(available(level)).toBe(5);
});

test.each([
  [0, 'OUT_OF_STOCK', 0],
  [1, 'LOW_STOCK', 1],
  [9, 'LOW_STOCK', 9],
  [10, 'IN_STOCK', 10],
  [1_000, 'IN_STOCK', 10],
])('of %i available the public is told %s, %i', (onHand, told, quantity) => {
  const counted = { ...level, onHand, allocated: 0, reserved: 0 };
  expect(availabilityOf(counted)).toEqual({ status: told, quantity });
});

test('of what is unlimited no number is told', () => {
  const unlimited = { ...level, unlimited: true };
  expect(availabilityOf(unlimited)).toEqual({ status: 'UNLIMITED', quantity: null });
});

test('after any moves, a level holds exactly what its reservations say', () => {
  fc.assert(
    fc.property(fc.array(reservation), fc.array(status), (reservations, statuses) => {
      let current = reservations;
      const held = countHeld(reservations);
      for (const next of statuses) {
        for (const { sku, reserved, allocated } of movesTo(next, current)) {
          const was = held.get(sku) ?? { reserved: 0, allocated: 0 };
          held.set(sku, {
            reserved: was.reserved + reserved,
            allocated: was.allocated + allocated,
          });
        }
        current = current.map((each) => ({ ...each, status: next }));
      }
      expect(held).toEqual(countHeld(current));
    }),
  );
});

test('moves come one a SKU, in the order in which stock is locked', () => {
  fc.assert(
    fc.property(fc.array(reservation), status, (reservations, next) => {
      const skus = movesTo(next, reservations).map(({ sku }) => sku);
      expect(skus).toEqual([...new Set(skus)].toSorted());
    }),
  );
});

test('the same status again moves nothing', () => {
  fc.assert(
    fc.property(fc.array(reservation), status, (reservations, next) => {
      const moved = reservations.map((each) => ({ ...each, status: next }));
      const moves = movesTo(next, moved);
      expect(moves.every(({ reserved, allocated }) => reserved === 0 && allocated === 0)).toBe(
        true,
      );
    }),
  );
});

function countHeld(reservations: readonly Reservation[]) {
  const held = new Map<string, { reserved: number; allocated: number }>();
  for (const { sku, quantity, status } of reservations) {
    if (sku === null) continue;
    const was = held.get(sku) ?? { reserved: 0, allocated: 0 };
    held.set(sku, {
      reserved: was.reserved + (status === 'RESERVED' ? quantity : 0),
      allocated: was.allocated + (status === 'ALLOCATED' ? quantity : 0),
    });
  }
  return held;
}

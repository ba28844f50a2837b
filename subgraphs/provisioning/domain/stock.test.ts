import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  available,
  movesTo,
  type Reservation,
  type ReservationStatus,
  type StockLevel,
} from './stock.ts';

const level: StockLevel = {
  sku: 'vm',
  unlimited: false,
  onHand: 10,
  allocated: 3,
  reserved: 2,
  version: 1,
  updatedAt: new Date('2026-11-25T12:00:00Z'),
};
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

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compare, fromMinorUnits, lineTotal, minorUnits, sum } from './money.ts';

test.each([
  ['JPY', '10.5', '32'], // 31.5: the half goes to the even neighbour
  ['USD', '0.0125', '0.04'],
  ['USD', '-0.015', '-0.04'],
  ['KWD', '1.2345', '3.704'],
])('three at a unit price of %s %s cost %s', (currency, amount, total) => {
  expect(lineTotal({ amount, currency }, 3)).toEqual({ amount: total, currency });
});

test('line totals sum to the order exactly, in any order', () => {
  const cents = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { maxLength: 100 });
  fc.assert(
    fc.property(cents, (minors) => {
      const amounts = minors.map((minor) => ({
        amount: (minor / 100).toFixed(2),
        currency: 'USD',
      }));
      const total = minors.reduce((left, right) => left + right, 0);
      expect(sum(amounts, 'USD').amount).toBe((total / 100).toFixed(2));
      expect(sum(amounts.toReversed(), 'USD')).toEqual(sum(amounts, 'USD'));
    }),
  );
});

test('money of two currencies is not added', () => {
  expect(() => sum([{ amount: '1', currency: 'EUR' }], 'USD')).toThrow('EUR is not USD');
});

test.each(['', '1,5', '1e3', '.5', 'NaN'])('%j is not an amount', (amount) => {
  expect(() => lineTotal({ amount, currency: 'USD' }, 1)).toThrow('not a decimal amount');
});

test.each([
  ['JPY', '32', 32],
  ['USD', '0.04', 4],
  ['USD', '12.500', 1250],
  ['KWD', '3.704', 3704],
])('in %s, %s is %i minor units, and back', (currency, amount, minor) => {
  expect(minorUnits({ amount, currency })).toBe(minor);
  expect(compare(fromMinorUnits(minor, currency), { amount, currency })).toBe(0);
});

test('an amount finer than a cent can not be charged', () => {
  expect(() => minorUnits({ amount: '0.005', currency: 'USD' })).toThrow('minor units');
});

test('amounts compare as numbers, whatever their digits', () => {
  const amount = fc.tuple(fc.integer(), fc.nat({ max: 6 }));
  fc.assert(
    fc.property(amount, amount, ([a, x], [b, y]) => {
      const scaled = (units: number, scale: number) => ({
        amount: units.toString() + (scale > 0 ? `.${'0'.repeat(scale)}` : ''),
        currency: 'USD',
      });
      expect(compare(scaled(a, x), scaled(b, y))).toBe(Math.sign(a - b));
    }),
  );
});

import { compare } from '#money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { priceFor, priceRange, type Buyer, type Price } from './price.ts';

const noon = new Date('2026-11-25T12:00:00Z');
const buyer: Buyer = { currency: null, shopCurrency: 'USD', quantity: 1, now: noon };
const hourly: Price = {
  id: 'prc_1',
  kind: 'RECURRING',
  unitPrice: { amount: '0.100800', currency: 'USD' },
  taxIncluded: false,
  period: 'HOUR',
  periodCount: 1,
  committedPeriods: null,
  unit: null,
  minQuantity: 1,
  validFrom: null,
  validUntil: null,
};
const yuan: Price = { ...hourly, id: 'prc_2', unitPrice: { amount: '0.7', currency: 'CNY' } };
const setUp: Price = { ...hourly, id: 'prc_3', kind: 'ONE_TIME', period: null };

describe('the price that a buyer pays', () => {
  test('keeps the decimals that it was given', () => {
    expect(priceFor([hourly], buyer)?.unitPrice.amount).toBe('0.100800');
  });

  test("is in the shop's currency when nobody names one", () => {
    expect(priceFor([yuan, hourly], buyer)).toBe(hourly);
  });

  test('is in the only currency that there is when nobody names one', () => {
    expect(priceFor([yuan], buyer)).toBe(yuan);
  });

  test('is none in a currency that it is not sold in', () => {
    expect(priceFor([hourly], { ...buyer, currency: 'EUR' })).toBeNull();
  });

  test.each([
    [1, 'prc_1'],
    [9, 'prc_1'],
    [10, 'prc_10'],
    [99, 'prc_10'],
    [100, 'prc_100'],
  ])('for %i is of the highest tier reached', (quantity, id) => {
    const tiers = [100, 1, 10].map((minQuantity) => ({
      ...hourly,
      id: `prc_${minQuantity}`,
      minQuantity,
    }));
    expect(priceFor(tiers, { ...buyer, quantity })?.id).toBe(id);
  });

  test('is none below the lowest tier', () => {
    expect(priceFor([{ ...hourly, minQuantity: 5 }], buyer)).toBeNull();
  });

  test.each([
    ['from its first instant on', { validFrom: noon }, true],
    ['not before it', { validFrom: new Date(noon.getTime() + 1) }, false],
    ['up to the instant before its last', { validUntil: new Date(noon.getTime() + 1) }, true],
    ['not at its end', { validUntil: noon }, false],
  ])('holds %s', (_when, validity, holds) => {
    expect(priceFor([{ ...hourly, ...validity }], buyer) !== null).toBe(holds);
  });

  test('is the newest of those that hold', () => {
    const newer = { ...hourly, id: 'prc_9', validFrom: new Date('2026-11-01T00:00:00Z') };
    expect(priceFor([newer, hourly], buyer)).toBe(newer);
  });

  test('commits the buyer to nothing that they did not ask for', () => {
    const yearly = { ...hourly, id: 'prc_0', committedPeriods: 8760 };
    expect(priceFor([yearly, hourly], buyer)).toBe(hourly);
  });

  test('is the recurring one where there is a fee besides', () => {
    expect(priceFor([setUp, hourly], buyer)).toBe(hourly);
  });
});

const currency = fc.constantFrom('USD', 'EUR', 'CNY');
const instant = fc.option(fc.integer({ min: -3, max: 3 }).map(hoursFromNoon));
const anyPrice: fc.Arbitrary<Price> = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom('ONE_TIME', 'RECURRING', 'USAGE'),
  unitPrice: fc.record({
    amount: fc.integer({ min: 0, max: 9_999 }).map((units) => (units / 100).toFixed(4)),
    currency,
  }),
  taxIncluded: fc.boolean(),
  period: fc.constantFrom('HOUR', 'MONTH', null),
  periodCount: fc.integer({ min: 1, max: 3 }),
  committedPeriods: fc.constantFrom(null, 12),
  unit: fc.constant(null),
  minQuantity: fc.integer({ min: 1, max: 5 }),
  validFrom: instant,
  validUntil: instant,
});
const anyPrices = fc.uniqueArray(anyPrice, { maxLength: 12, selector: ({ id }) => id });
const anyBuyer: fc.Arbitrary<Buyer> = fc.record({
  currency: fc.option(currency),
  shopCurrency: currency,
  quantity: fc.integer({ min: 1, max: 6 }),
  now: fc.constant(noon),
});

test('whatever the prices and their order, a buyer pays one that is offered, and of its tiers the highest', () => {
  fc.assert(
    fc.property(anyPrices, anyBuyer, (prices, someone) => {
      const price = priceFor(prices, someone);
      expect(priceFor(prices.toReversed(), someone)).toBe(price);
      const offered = prices.filter(
        ({ minQuantity, validFrom, validUntil }) =>
          minQuantity <= someone.quantity &&
          (validFrom ?? noon) <= noon &&
          (validUntil ?? hoursFromNoon(1)) > noon,
      );
      const payable = offered.filter(
        ({ unitPrice }) => unitPrice.currency === (someone.currency ?? unitPrice.currency),
      );
      expect(price === null).toBe(payable.length === 0);
      if (price === null) return;
      expect(payable).toContain(price);
      const tiers = payable.filter((other) => sameTerms(price, other));
      expect(price.minQuantity).toBe(Math.max(...tiers.map(({ minQuantity }) => minQuantity)));
    }),
  );
});

test('a price range spans what one of each variant costs, in one currency and by one kind and period', () => {
  fc.assert(
    fc.property(fc.array(anyPrices, { maxLength: 6 }), anyBuyer, (variants, someone) => {
      const range = priceRange(variants, someone);
      const paid = variants
        .map((prices) =>
          priceFor(prices, {
            ...someone,
            quantity: 1,
            currency: range?.min.currency ?? someone.currency,
          }),
        )
        .filter((price) => price !== null);
      expect(range === null).toBe(paid.length === 0);
      if (range === null) return;
      const spanned = paid.filter((price) => sameMeasure(range, price));
      const others = paid.filter((price) => !sameMeasure(range, price));
      expect(spanned.map(({ unitPrice }) => unitPrice)).toEqual(
        expect.arrayContaining([range.min, range.max]),
      );
      for (const { unitPrice } of spanned) {
        expect(compare(range.min, unitPrice)).toBeLessThanOrEqual(0);
        expect(compare(range.max, unitPrice)).toBeGreaterThanOrEqual(0);
      }
      for (const other of others) {
        const alike = others.filter((price) => sameMeasure(other, price));
        expect(alike.length).toBeLessThanOrEqual(spanned.length);
      }
    }),
  );
});

function hoursFromNoon(hours: number): Date {
  return new Date(noon.getTime() + hours * 3_600_000);
}

type Measure = Pick<Price, 'kind' | 'period' | 'periodCount'>;

function sameMeasure(left: Measure, right: Measure): boolean {
  return (
    left.kind === right.kind &&
    left.period === right.period &&
    left.periodCount === right.periodCount
  );
}

function sameTerms(left: Price, right: Price): boolean {
  return (
    sameMeasure(left, right) &&
    left.committedPeriods === right.committedPeriods &&
    left.unitPrice.currency === right.unitPrice.currency
  );
}

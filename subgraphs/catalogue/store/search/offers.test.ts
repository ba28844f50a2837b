import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { priceFor, type BillingPeriod } from '../../domain/price.ts';
import type { PriceRecord } from '../../domain/product-record.ts';
import { licence, openStage, visitor, type Stage } from '../../testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const days = Array.from({ length: 8 }, (_, day) => new Date(Date.UTC(2026, 10, 20 + day)));
const currencies = ['USD', 'EUR'] as const;

/** How many of a period a month has. */
const perMonth: Record<BillingPeriod, number> = {
  HOUR: 730,
  DAY: 730 / 24,
  WEEK: 730 / 168,
  MONTH: 1,
  YEAR: 1 / 12,
};

test('what a search compares is, at any time and in any currency, the month of what a buyer of one pays', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(price, { maxLength: 6 }), async (prices) => {
      count += 1;
      const record = licence(`priced-${count}`);
      const variants = record.variants.map((variant) => ({ ...variant, prices }));
      await stage.save([{ ...record, variants }]);
      const sku = String(variants[0]?.sku);
      const [variant] = await stage.parts.variants.findVariantsBySku(visitor, [sku]);
      const [kept = []] = await stage.parts.prices.findPrices([variant!]);
      for (const now of days) {
        for (const currency of currencies) {
          const paid = priceFor(kept, { currency, shopCurrency: 'USD', quantity: 1, now });
          const amount = await comparedAmount(sku, currency, now);
          if (paid === null) expect(amount).toBeNull();
          else {
            const { period, periodCount, unitPrice } = paid;
            const months = period === null ? 1 : perMonth[period] / periodCount;
            expect(amount).toBeCloseTo(Number(unitPrice.amount) * months, 6);
          }
        }
      }
    }),
    { numRuns: 25 },
  );
});

async function comparedAmount(sku: string, currency: string, now: Date): Promise<number | null> {
  const { rows } = await stage.pool.query<{ amount: number | null }>(
    `select amount::float8 as amount from offer join variant on variant.id = variant_id
     where sku = $1 and currency = $2 and valid_from <= $3 and valid_until > $3`,
    [sku, currency, now],
  );
  expect(rows.length).toBeLessThanOrEqual(1);
  return rows[0]?.amount ?? null;
}

const day = fc.option(fc.constantFrom(...days), { nil: null });
const price: fc.Arbitrary<PriceRecord> = fc
  .record({
    kind: fc.constantFrom('ONE_TIME' as const, 'RECURRING' as const, 'USAGE' as const),
    cents: fc.integer({ min: 1, max: 99 }),
    currency: fc.constantFrom(...currencies),
    period: fc.constantFrom(...(['HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'] as const)),
    periodCount: fc.constantFrom(1, 3),
    committedPeriods: fc.constantFrom(null, 12),
    minQuantity: fc.constantFrom(1, 1, 10),
    validity: fc.tuple(day, day),
  })
  .map(({ cents, currency, validity: [one, other], ...told }) => {
    const [validFrom, validUntil] = one && other && one >= other ? [other, null] : [one, other];
    const isOnce = told.kind === 'ONE_TIME';
    return {
      ...told,
      unitPrice: { amount: `0.${String(cents).padStart(2, '0')}`, currency },
      taxIncluded: false,
      period: isOnce ? null : told.period,
      periodCount: isOnce ? 1 : told.periodCount,
      unit: told.kind === 'USAGE' ? 'GB' : null,
      validFrom,
      validUntil,
    };
  });

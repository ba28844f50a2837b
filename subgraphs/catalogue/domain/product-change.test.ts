import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainPrice } from './price.ts';
import { differenceOf, landed, type Difference } from './product-change.ts';
import { noParts, type ProductRecord } from './product-record.ts';

const variants = fc.uniqueArray(
  fc.record({
    sku: fc.constantFrom('a', 'b', 'c'),
    name: fc.constantFrom('one', 'other'),
    status: fc.constantFrom('ACTIVE', 'RETIRED'),
    selectedOptions: fc.constant([]),
    prices: fc
      .subarray(['1', '2', '3'])
      .map((amounts) => amounts.map((amount) => plainPrice({ amount, currency: 'USD' }, null))),
  }),
  { selector: ({ sku }) => sku },
);
const record: fc.Arbitrary<ProductRecord> = fc
  .record({
    name: fc.constantFrom('Mug', 'Cup'),
    brand: fc.constantFrom('Potter', null),
    categoryIds: fc.subarray(['cat_1', 'cat_2']),
    variants,
  })
  .map((told) => ({
    ...noParts,
    ...{ slug: 'mug', description: '', kind: 'PHYSICAL', status: 'ACTIVE', options: [] },
    ...{ provisioningTemplateKey: null, configurationFields: [], characteristics: [] },
    ...told,
  }));

test('the changes of a product, one after the other, make it what it is; backwards, what it was', () => {
  fc.assert(
    fc.property(record, fc.array(record, { maxLength: 5 }), (first, later) => {
      const states = [first, ...later];
      let now: Difference = differenceOf(null, first)?.after ?? {};
      for (const [index, state] of later.entries()) {
        const change = differenceOf(states[index] ?? first, state);
        if (change === null) continue;
        const before = now;
        now = applied(now, change.before, change.after);
        expect(applied(now, change.after, change.before)).toEqual(before);
      }
      expect(now).toEqual(differenceOf(null, states.at(-1) ?? first)?.after);
    }),
  );
});

test('the order of prices is no difference', () => {
  fc.assert(
    fc.property(record, (told) => {
      const turned = told.variants.map((variant) => ({
        ...variant,
        prices: variant.prices.toReversed(),
      }));
      expect(differenceOf(told, { ...told, variants: turned })).toBeNull();
    }),
  );
});

test('what a source leaves unnamed stays, and so does the status', () => {
  fc.assert(
    fc.property(record, record, (before, source) => {
      const after = landed({ ...before, status: 'RETIRED' }, source);
      expect(after.status).toBe('RETIRED');
      expect(new Set(after.variants.map(({ sku }) => sku))).toEqual(
        new Set([...before.variants, ...source.variants].map(({ sku }) => sku)),
      );
      for (const { sku, status } of before.variants) {
        expect(after.variants.find((variant) => variant.sku === sku)?.status).toBe(status);
      }
    }),
  );
});

/** The state once what was `gone` of it has become what is `come`. */
function applied(state: Difference, gone: Difference | null, come: Difference | null): Difference {
  const skus = Object.keys(gone?.['variants'] ?? {});
  const known = Object.entries(state['variants'] as object).filter(([sku]) => !skus.includes(sku));
  const variants = { ...Object.fromEntries(known), ...(come?.['variants'] as object | undefined) };
  return { ...state, ...come, variants };
}

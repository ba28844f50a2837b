import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, type Quartermaster } from '../launcher/launcher.ts';
import { shopperAt } from './shopper.ts';

let quartermaster: Quartermaster;

beforeAll(async () => {
  quartermaster = await launch({ quiet: true });
});
afterAll(() => quartermaster[Symbol.asyncDispose]());

test('once it has started, what there is of everything is known to searches', async () => {
  const visitor = shopperAt(quartermaster.url);
  const { some, none } = await visitor.ask<Record<string, { totalCount: number }>>(
    `{
      some: products(filter: { inStock: true }) { totalCount }
      none: products(filter: { inStock: false }) { totalCount }
    }`,
  );
  expect(some?.totalCount).toBeGreaterThan(1_000);
  expect(none?.totalCount).toBe(0);
});

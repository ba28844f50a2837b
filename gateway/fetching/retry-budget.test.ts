import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

test('there is never more than a burst, a fifth of the fetches and five a second', () => {
  const steps = fc.array(
    fc.record({
      afterMs: fc.nat({ max: 2_000 }),
      fetches: fc.nat({ max: 50 }),
      retries: fc.nat({ max: 200 }),
    }),
  );
  fc.assert(
    fc.property(steps, (script) => {
      let time = 0;
      let fetches = 0;
      let retries = 0;
      const budget = new RetryBudget({ now: () => time });
      for (const step of script) {
        time += step.afterMs;
        fetches += step.fetches;
        for (let n = 0; n < step.fetches; n++) budget.earn();
        for (let n = 0; n < step.retries; n++) if (budget.spend()) retries++;
        expect(retries).toBeLessThanOrEqual(150 + fetches / 5 + (time / 1_000) * 5 + 1e-6);
      }
    }),
  );
});

test('when all is spent, a second brings five, and five fetches bring one', () => {
  let time = 0;
  const budget = new RetryBudget({ now: () => time });
  const left = () => {
    let retries = 0;
    while (budget.spend()) retries++;
    return retries;
  };
  expect(left()).toBe(150);
  time += 1_000;
  expect(left()).toBe(5);
  for (let n = 0; n < 5; n++) budget.earn();
  expect(left()).toBe(1);
});

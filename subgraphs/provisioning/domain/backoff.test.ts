import fc from 'fast-check';
import { expect, test } from 'vitest';
import { delayBeforeRetry, type RetryPolicy } from './backoff.ts';

const policy: RetryPolicy = {
  attempts: 5,
  firstDelayMs: 100,
  factor: 3,
  delayMsMax: 1_000,
  onExhausted: 'FAIL',
};

test('delays grow to the largest, and end with the last attempt', () => {
  const delays = [1, 2, 3, 4, 5].map((attempts) => delayBeforeRetry(policy, attempts, 1));
  expect(delays).toEqual([100, 300, 900, 1_000, null]);
});

test('a delay is spread over its upper half', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, at) => {
        const delay = delayBeforeRetry(policy, n, at) ?? 0;
        const longest = delayBeforeRetry(policy, n, 1) ?? 0;
        expect(delay).toBeGreaterThanOrEqual(longest / 2);
        expect(delay).toBeLessThanOrEqual(longest);
      },
    ),
  );
});

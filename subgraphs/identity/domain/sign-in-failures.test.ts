import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countFailure, nextAttemptAt, type SignInFailures } from './sign-in-failures.ts';

const noon = new Date('2026-11-25T12:00:00Z');
const seconds = (count: number) => new Date(noon.getTime() + count * 1_000);

test.each([
  [1, null],
  [4, null],
  [5, 30],
  [6, 60],
  [7, 120],
  [9, 480],
  [10, 900],
  [50, 900],
])('failure %i is followed by a wait of %j seconds', (count, wait) => {
  const failures = repeated(count, noon);
  expect(failures).toMatchObject({
    count,
    blockedUntil: wait === null ? null : seconds(wait),
  });
});

test('the wait is over when it ends', () => {
  const failures = repeated(5, noon);
  expect(nextAttemptAt(failures, seconds(29.999))).toEqual(seconds(30));
  expect(nextAttemptAt(failures, seconds(30))).toBeNull();
});

test('where nothing failed nobody waits', () => {
  expect(nextAttemptAt(null, noon)).toBeNull();
});

test('failures are forgotten after a day', () => {
  const failures = repeated(9, noon);
  expect(countFailure(failures, new Date(noon.getTime() + 86_400_000)).count).toBe(1);
});

test('however many fail, and whenever, the next attempt is a quarter of an hour away at most', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 60 }), (pauses) => {
      let now = noon;
      let failures: SignInFailures | null = null;
      for (const pause of pauses) {
        now = new Date(now.getTime() + pause * 1_000);
        failures = countFailure(failures, now);
        const next = nextAttemptAt(failures, now) ?? now;
        expect(next.getTime() - now.getTime()).toBeLessThanOrEqual(900_000);
      }
    }),
  );
});

function repeated(count: number, now: Date): SignInFailures {
  let failures = countFailure(null, now);
  for (let n = 1; n < count; n++) failures = countFailure(failures, now);
  return failures;
}

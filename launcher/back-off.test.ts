import { expect, test } from 'vitest';
import { createBackOff } from './back-off.ts';

test('each start that fails waits twice as long, up to five seconds', () => {
  const backOff = createBackOff();
  expect(Array.from({ length: 8 }, () => backOff(50))).toEqual([
    100, 200, 400, 800, 1600, 3200, 5000, 5000,
  ]);
});

test('whoever ran for a while starts again at once', () => {
  const backOff = createBackOff();
  for (let failures = 0; failures < 5; failures += 1) backOff(50);
  expect(backOff(10_000)).toBe(100);
});

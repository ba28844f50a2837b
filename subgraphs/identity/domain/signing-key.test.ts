import { expect, test } from 'vitest';
import { signingKeyOf } from './signing-key.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 25, hour));
const keys = [{ notBefore: at(9) }, { notBefore: at(12) }, { notBefore: at(15) }];

test('the newest key that has begun signs', () => {
  expect(signingKeyOf(keys, at(12))).toBe(keys[1]);
  expect(signingKeyOf(keys, at(16))).toBe(keys[2]);
});

test('a key that has not begun does not sign', () => {
  expect(signingKeyOf(keys, at(8))).toBeUndefined();
});

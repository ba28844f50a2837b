import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeEmail } from './email.ts';

test.each([
  ['Ada@Example.COM', 'ada@example.com'],
  ['  ada@example.com\n', 'ada@example.com'],
  ['a\u0308@example.com', '\u00e4@example.com'],
])('%j is kept as %j', (typed, kept) => {
  expect(normalizeEmail(typed)).toBe(kept);
});

test.each([
  '',
  'ada',
  '@example.com',
  'ada@',
  'a da@example.com',
  'ada@b@c',
  'ada\u0000@example.com',
])('%j is no address', (typed) => {
  expect(normalizeEmail(typed)).toBeNull();
});

test('an address of 255 characters is none', () => {
  expect(normalizeEmail(`ada@${'e'.repeat(250)}`)).toHaveLength(254);
  expect(normalizeEmail(`ada@${'e'.repeat(251)}`)).toBeNull();
});

test('what was normalised stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (left, right) => {
      const once = normalizeEmail(`${left}@${right}`);
      expect(once === null || normalizeEmail(once) === once).toBe(true);
    }),
  );
});

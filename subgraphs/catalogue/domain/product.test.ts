import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayValue, sortKey } from './product.ts';

test.each([
  ['m7i.2xlarge', 'm7i.12xlarge'],
  ['Éclair', 'zebra'],
  ['apple', 'Banana'],
  ['m7i.large', 'm7i.xlarge'],
])('%s comes before %s', (first, second) => {
  expect(sortKey(first) < sortKey(second)).toBe(true);
});

test('numbers in names compare as numbers', () => {
  const number = fc.nat({ max: 99_999_999 });
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z .-]*$/), number, number, (text, left, right) => {
      const [first, second] = [`${text}${left}`, `${text}${right}`].map(sortKey);
      expect(first === second).toBe(left === right);
      expect(String(first) < String(second)).toBe(left < right);
    }),
  );
});

test.each([
  ['arm64', null, 'arm64'],
  [16_384, 'MiB', '16384 MiB'],
  [8, null, '8'],
  [true, null, 'true'],
])('the value %s with the unit %s reads %s', (value, unit, text) => {
  expect(displayValue({ name: 'x', label: 'X', value, unit })).toBe(text);
});

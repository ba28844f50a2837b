import { expect, test } from 'vitest';
import { CurrencyCode, DateTime, Decimal } from './scalars.ts';

test('an instant is read with its offset and written in UTC, with milliseconds', () => {
  const instant = DateTime.parseValue('2026-11-25T13:00:00+01:00');
  expect(DateTime.serialize(instant)).toBe('2026-11-25T12:00:00.000Z');
});

test.each(['2026-11-25', '2026-13-25T12:00:00Z', 'now', 1_764_072_000, null])(
  '%j is no instant',
  (value) => {
    expect(() => DateTime.parseValue(value)).toThrow('RFC 3339');
  },
);

test.each(['0.004200', '12', '-3.5'])('%s is a decimal, kept as it is', (value) => {
  expect(Decimal.parseValue(value)).toBe(value);
});

test.each([12.5, '1e3', '.5', '1.', '1,5', 'NaN', ''])('%j is no decimal', (value) => {
  expect(() => Decimal.parseValue(value)).toThrow('decimal number');
});

test.each(['usd', 'US', 'DOLLAR', 7])('%j is no currency code', (value) => {
  expect(() => CurrencyCode.parseValue(value)).toThrow('ISO 4217');
});

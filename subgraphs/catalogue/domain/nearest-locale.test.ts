import { expect, test } from 'vitest';
import { nearestLocale, nearestOf, preferred } from './nearest-locale.ts';

const there = ['de', 'pt-BR', 'zh-Hant', 'zh-Hant-HK'].map((locale) => ({ locale }));

test.each([
  ['de', 'de'],
  ['DE', 'de'],
  ['de-CH', 'de'],
  ['de-CH-1996', 'de'],
  ['pt', 'pt-BR'],
  ['pt-PT', 'pt-BR'],
  ['zh-Hant-HK', 'zh-Hant-HK'],
  ['zh-Hant-TW', 'zh-Hant'],
  ['fr', undefined],
  ['d', undefined],
])('to a reader of %s, %s is nearest', (wanted, nearest) => {
  expect(nearestLocale(there, wanted)?.locale).toBe(nearest);
});

test.each([
  ['', []],
  ['de', ['de']],
  ['de-CH, en;q=0.5, fr;q=0.8', ['de-CH', 'fr', 'en']],
  ['en;q=0, *, de ;Q=0.3', ['de']],
  ['1;;,-, de-, <script>, en; q=much', []],
])('of %j, %j is wanted', (languages, wanted) => {
  expect(preferred(languages)).toEqual(wanted);
});

test('a reader of several languages has the first of which there is anything', () => {
  expect(nearestOf(there, ['fr', 'zh', 'de'])?.locale).toBe('zh-Hant');
  expect(nearestOf(there, ['fr'])).toBeUndefined();
});

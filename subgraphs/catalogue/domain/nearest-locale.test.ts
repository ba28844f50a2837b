import { expect, test } from 'vitest';
import { nearestLocale } from './nearest-locale.ts';

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

import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSeal } from './seal.ts';

const seal = createSeal(randomBytes(32));
const plain = Buffer.from('the private key');

test('what was sealed opens for the same use', () => {
  expect(Buffer.from(seal.open('a', seal.close('a', plain)))).toEqual(plain);
});

test('the same text sealed twice looks different', () => {
  expect(seal.close('a', plain)).not.toEqual(seal.close('a', plain));
});

test('it does not open for another use, or with another key', () => {
  const sealed = seal.close('a', plain);
  expect(() => seal.open('b', sealed)).toThrow();
  expect(() => createSeal(randomBytes(32)).open('a', sealed)).toThrow();
});

test('it does not open when any byte was changed, or when it was cut', () => {
  const sealed = seal.close('a', plain);
  for (const [index, byte] of sealed.entries()) {
    expect(() => seal.open('a', sealed.with(index, byte ^ 1))).toThrow();
    expect(() => seal.open('a', sealed.subarray(0, index))).toThrow();
  }
});

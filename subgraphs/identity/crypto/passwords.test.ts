import { Unavailable } from '#errors';
import { expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

const passwords = await createPasswords();

test("a hash is Argon2id's, with a salt of its own", async () => {
  const [one, two] = [await passwords.hash('a password'), await passwords.hash('a password')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(two).not.toBe(one);
});

test('the password is right, and another is wrong', async () => {
  const phc = await passwords.hash('a password');
  expect(await passwords.isRight('a password', phc)).toBe(true);
  expect(await passwords.isRight('A password', phc)).toBe(false);
  expect(await passwords.isRight('', phc)).toBe(false);
});

test('the same letters are the same password, however a keyboard wrote them', async () => {
  const phc = await passwords.hash('pa\u0308ssword');
  expect(await passwords.isRight('p\u00e4ssword', phc)).toBe(true);
});

test('without a hash every password is wrong', async () => {
  expect(await passwords.isRight('', null)).toBe(false);
  expect(await passwords.isRight('a password', null)).toBe(false);
});

test('a password beyond the limit is wrong, whatever was hashed', async () => {
  const long = 'x'.repeat(1_025);
  expect(await passwords.isRight(long, await passwords.hash(long))).toBe(false);
  expect(await passwords.isRight(long, await passwords.hash(''))).toBe(false);
});

test('a flood is refused beyond what may wait', async () => {
  const flood = Array.from({ length: 120 }, () => passwords.isRight('a password', null));
  const outcomes = await Promise.allSettled(flood);
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(18);
  expect(refused[0]).toMatchObject({ reason: expect.any(Unavailable) as unknown });
});

import { decodeProtectedHeader, decodeJwt } from 'jose';
import { afterAll, expect, test } from 'vitest';
import { createIdentitySubgraph } from './subgraph.ts';
import { bearerOf, issuer, noon, openTestIdentity, signIn, tokensOf } from './test-identity.ts';

const identity = await openTestIdentity();
const subgraph = createIdentitySubgraph(identity.parts);

afterAll(async () => {
  await identity[Symbol.asyncDispose]();
});

test('whoever knows the password gets tokens, however the address is written', async () => {
  const ada = await identity.addPerson('ada@example.com');
  const { outcome, userErrors } = await signIn(subgraph, { email: ' Ada@Example.COM' });
  expect(userErrors).toEqual([]);
  expect(outcome).toMatchObject({
    tokenType: 'Bearer',
    expiresIn: 900,
    user: { id: ada, email: null }, // the request itself is still nobody's
  });
});

test('the access token is what RFC 9068 asks for, and verifies by the published keys', async () => {
  const ada = await identity.addPerson('jwt@example.com', 'operator');
  const { accessToken } = await tokensOf(subgraph, 'jwt@example.com');
  const [kid] = identity.parts.accessTokens.jwks.keys.map((key) => key.kid);
  expect(decodeProtectedHeader(accessToken)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid });
  expect(decodeJwt(accessToken)).toEqual({
    iss: issuer,
    aud: 'quartermaster',
    sub: ada,
    client_id: 'quartermaster-web',
    sid: expect.stringMatching(/^ses_/) as unknown,
    jti: expect.any(String) as unknown,
    iat: noon.getTime() / 1000,
    iat_ms: noon.getTime(),
    exp: noon.getTime() / 1000 + 900,
    scope:
      'catalogue:write identity:read:own identity:write:own inventory:read inventory:write ' +
      'orders:read orders:read:own orders:write orders:write:own provisioning:read ' +
      'provisioning:read:own provisioning:write provisioning:write:own',
  });
  expect(await bearerOf(identity, accessToken)).toMatchObject({ id: ada });
});

test('the published keys are public alone', () => {
  const [key] = identity.parts.accessTokens.jwks.keys;
  expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
  expect(key).not.toHaveProperty('d');
});

test('a wrong password and an unknown address are refused in the same words', async () => {
  await identity.addPerson('known@example.com');
  const wrong = await signIn(subgraph, { email: 'known@example.com', password: 'guess' });
  const unknown = await signIn(subgraph, { email: 'unknown@example.com', password: 'guess' });
  expect(wrong).toEqual(unknown);
  expect(wrong).toMatchObject({ outcome: null, userErrors: [{ code: 'INVALID_CREDENTIALS' }] });
});

test('what is no address is refused by name', async () => {
  expect(await signIn(subgraph, { email: 'ada\u0000@example.com' })).toMatchObject({
    outcome: null,
    userErrors: [{ code: 'EMAIL_INVALID', field: ['input', 'email'] }],
  });
});

test('only the right password learns that an account is locked', async () => {
  const email = 'locked@example.com';
  await identity.addPerson(email);
  await identity.database.user.update({ where: { email }, data: { status: 'LOCKED' } });
  expect(await codesOf({ email, password: 'guess' })).toEqual(['INVALID_CREDENTIALS']);
  expect(await codesOf({ email })).toEqual(['ACCOUNT_LOCKED']);
});

test.each([
  ['of an account', 'brute@example.com'],
  ['that nobody has', 'made-up@example.com'],
])('after five failures an address %s must wait, longer each time', async (_whose, email) => {
  await identity.addPerson('brute@example.com');
  const start = identity.parts.clock().getTime();
  for (let n = 0; n < 5; n++) {
    expect(await codesOf({ email, password: `guess ${n}` })).toEqual(['INVALID_CREDENTIALS']);
  }
  const { userErrors } = await signIn(subgraph, { email });
  expect(userErrors).toMatchObject([{ code: 'TOO_MANY_ATTEMPTS' }]);
  expect(userErrors[0]?.message).toContain(new Date(start + 30_000).toISOString());

  identity.pass(30_000);
  expect(await codesOf({ email, password: 'guess' })).toEqual(['INVALID_CREDENTIALS']);
  identity.pass(59_000);
  expect(await codesOf({ email, password: 'guess' })).toEqual(['TOO_MANY_ATTEMPTS']);
});

test('the right owner gets in when the wait is over, and begins anew', async () => {
  const email = 'owner@example.com';
  await identity.addPerson(email);
  for (let n = 0; n < 20; n++) {
    await signIn(subgraph, { email, password: 'guess' });
    identity.pass(15 * 60_000);
  }
  await tokensOf(subgraph, email);
  for (let n = 0; n < 4; n++) {
    expect(await codesOf({ email, password: 'guess' })).toEqual(['INVALID_CREDENTIALS']);
  }
  await tokensOf(subgraph, email);
});

test('a burst of guesses learns no more than five would', async () => {
  const email = 'burst@example.com';
  await identity.addPerson(email);
  const guesses = Array.from({ length: 20 }, (_, n) => codesOf({ email, password: `guess ${n}` }));
  const codes = (await Promise.all(guesses)).flat();
  expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(5);
  expect(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(15);
});

test('ten sign-ins at once with the right password all succeed', async () => {
  const email = 'busy@example.com';
  await identity.addPerson(email);
  const tokens = await Promise.all(
    Array.from({ length: 10 }, async () => await tokensOf(subgraph, email)),
  );
  expect(new Set(tokens.map(({ refreshToken }) => refreshToken)).size).toBe(10);
});

test('failures of the day before are swept away by new ones', async () => {
  await signIn(subgraph, { email: 'old@example.com', password: 'guess' });
  identity.pass(25 * 60 * 60_000);
  await signIn(subgraph, { email: 'new@example.com', password: 'guess' });
  const today = { lastAt: { gte: new Date(identity.parts.clock().getTime() - 86_400_000) } };
  const all = await identity.database.signInFailures.count();
  expect(await identity.database.signInFailures.count({ where: today })).toBe(all);
});

async function codesOf(input: Parameters<typeof signIn>[1]): Promise<string[]> {
  const { outcome, userErrors } = await signIn(subgraph, input);
  expect(outcome === null).toBe(userErrors.length > 0);
  return userErrors.map(({ code }) => code);
}

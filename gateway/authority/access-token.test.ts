import { Unauthenticated } from '#auth';
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
} from 'jose';
import { beforeEach, expect, test } from 'vitest';
import type { Access } from './access.ts';
import { createVerifyAccessToken, isExpired, type VerifyAccessToken } from './access-token.ts';
import { ownTokens, type TokenIssuer } from './token-issuer.ts';

const ours = 'https://quartermaster.example';
const theirs = 'https://partner.example';
const ourPair = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
const theirPair = await generateKeyPair('ES256');
const keysOf = async ({ publicKey }: { readonly publicKey: CryptoKey }, alg: string) =>
  createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg }] });
const ourKeys = await keysOf(ourPair, 'EdDSA');
const theirKeys = await keysOf(theirPair, 'ES256');

const start = Date.parse('2026-11-25T12:00:00Z');
let now: number;
let keysAsked: number;
let verify: VerifyAccessToken;
beforeEach(() => {
  now = start;
  keysAsked = 0;
  const issuers: TokenIssuer[] = [
    {
      ...ownTokens,
      issuer: ours,
      keys: async (...args) => {
        keysAsked += 1;
        return await ourKeys(...args);
      },
    },
    {
      issuer: theirs,
      audience: 'partners',
      algorithms: ['ES256'],
      keys: theirKeys,
      isOurs: false,
    },
  ];
  verify = createVerifyAccessToken({ issuers, clock: () => new Date(now) });
});

const exp = start / 1000 + 900;
async function sign(claims: object = {}, header: object = {}): Promise<string> {
  const token = new SignJWT({ iss: ours, sub: 'usr_ada', aud: 'quartermaster', exp, ...claims });
  token.setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...header });
  return `Bearer ${await token.sign(ourPair.privateKey)}`;
}
async function signTheirs(claims: object = {}, header: object = {}): Promise<string> {
  const token = new SignJWT({ iss: theirs, sub: 'usr_ada', aud: 'partners', exp, ...claims });
  token.setProtectedHeader({ alg: 'ES256', ...header });
  return `Bearer ${await token.sign(theirPair.privateKey)}`;
}

test('a token says who calls, what holds for him, and how long', async () => {
  const token = await sign({ scope: 'a b', policies: ['adult'], sid: 'ses_1', iat_ms: start - 7 });
  expect(await verify(token)).toEqual({
    caller: {
      id: 'usr_ada',
      scopes: new Set(['a', 'b']),
      sessionId: 'ses_1',
      issuer: 'gateway',
    },
    grants: {
      isAuthenticated: true,
      scopes: new Set(['a', 'b']),
      policies: new Set(['adult']),
    },
    issuedAt: new Date(start - 7),
    expiresAt: new Date(exp * 1000),
  } satisfies Access);
});

test.each([
  [{ scp: 'a b' }, ['a', 'b']],
  [{ scp: ['a', 'b', 7] }, ['a', 'b']],
  [{ scope: 7 }, []],
  [{}, []],
])('scopes are a text or a list: %o', async (claims, scopes) => {
  const { grants } = await verify(await sign(claims));
  expect([...grants.scopes]).toEqual(scopes);
});

test("another issuer's people are never taken for ours", async () => {
  const { caller } = await verify(await signTheirs());
  expect(caller.id).toBe('https://partner.example#usr_ada');
  const nobody = await verify(await signTheirs({ sub: 'anonymous' }));
  expect(nobody).toMatchObject({ caller: { id: `${theirs}#anonymous` } });
});

test.each([
  ['of nobody that we know', () => sign({ iss: 'https://elsewhere.example' })],
  ['that names no issuer', () => sign({ iss: undefined })],
  ["that is for another issuer's audience", () => sign({ aud: 'partners' })],
  ["of another type than its issuer's", () => sign({}, { typ: 'JWT' })],
  ["in the name of an issuer whose key it isn't", () => sign({ iss: theirs, aud: 'partners' })],
  [
    'whose algorithm its issuer does not use',
    () => signTheirs({ iss: ours, aud: 'quartermaster' }),
  ],
  [
    'without a signature',
    () => `Bearer ${new UnsecuredJWT({ iss: theirs, sub: 'x', exp }).encode()}`,
  ],
  ['in the name of a service', () => sign({ sub: 'svc_gateway' })],
  ['in the name of nobody', () => sign({ sub: 'anonymous' })],
  ['that is none', () => 'Bearer a.b.c'],
  ['that is not there', () => 'Bearer '],
])('a token %s is refused', async (_name, token) => {
  const header = await token();
  await expect(Promise.try(verify, header)).rejects.toThrow(Unauthenticated);
});

test('a token that is known makes nobody wait', async () => {
  const token = await sign();
  const access = await verify(token);
  expect(verify(token)).toBe(access);
  expect(keysAsked).toBe(1);
});

test('a token that is known expires', async () => {
  const token = await sign({ exp: start / 1000 + 60 });
  await verify(token);
  now = start + 59_999;
  expect(verify(token)).not.toBeInstanceOf(Promise);
  now = start + 60_000;
  const refusal = await Promise.try(verify, token).catch((error: unknown) => error);
  expect(isExpired(refusal)).toBe(true);
});

test('a token that is known is verified again now and then: its key may be gone', async () => {
  const token = await sign();
  await verify(token);
  now = start + 5 * 60_000;
  await verify(token);
  expect(keysAsked).toBe(2);
});

test('what is refused is not remembered', async () => {
  const token = await sign({ aud: 'elsewhere' });
  for (let n = 0; n < 2; n++) await expect(verify(token)).rejects.toThrow(Unauthenticated);
  expect(keysAsked).toBe(2);
});

import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createAuthenticator, Unauthenticated } from './authenticate.ts';
import { serviceItself, type Principal } from './principal.ts';
import { generateServiceKeyPair, importServiceKey } from './service-keys.ts';
import { createAuthorize } from './sign.ts';

const noon = new Date('2026-11-25T12:00:00Z');
let now = noon;
const clock = () => now;

const gatewayPair = await generateServiceKeyPair('gateway');
const ordersPair = await generateServiceKeyPair('orders');
const strangerPair = await generateServiceKeyPair('gateway');
const jwks = { keys: [gatewayPair.publicJwk, ordersPair.publicJwk] };
const authenticate = createAuthenticator({ jwks, audience: 'provisioning', clock });
const gateway = await importServiceKey(gatewayPair.privateJwk);
const orders = await importServiceKey(ordersPair.privateJwk);
const stranger = await importServiceKey(strangerPair.privateJwk);

const ada: Principal = {
  id: 'usr_ada',
  scopes: new Set(['orders:read:own', 'orders:write:own']),
  sessionId: 'ses_1',
  issuer: 'gateway',
};

test('what the gateway signs names the caller, the session and what the caller may do', async () => {
  const header = await createAuthorize(gateway, clock)(ada, 'provisioning');
  expect(await authenticate(header)).toEqual(ada);
});

test('what a sibling signs of its own accord names the sibling', async () => {
  const header = await createAuthorize(orders, clock)(serviceItself('orders'), 'provisioning');
  expect(await authenticate(header)).toEqual(serviceItself('orders'));
});

test('a token is made once for a caller and audience, and anew after half its life', async () => {
  const authorize = createAuthorize(gateway, clock);
  const first = await authorize(ada, 'provisioning');
  expect(await authorize(ada, 'provisioning')).toBe(first);
  expect(await authorize(ada, 'orders')).not.toBe(first);
  now = new Date(noon.getTime() + 30_000);
  expect(await authorize(ada, 'provisioning')).not.toBe(first);
  now = noon;
});

test('a token that was accepted is refused once it has expired', async () => {
  const header = await createAuthorize(gateway, clock)(ada, 'provisioning');
  await authenticate(header);
  now = new Date(noon.getTime() + 61_000);
  await expect(authenticate(header)).rejects.toThrow(Unauthenticated);
  now = noon;
});

test.each([
  ['no header', undefined],
  ['another scheme', 'Basic YWRhOmxvdmVsYWNl'],
  ['a token that is none', 'Bearer none'],
  ['a token for a sibling', await createAuthorize(gateway, clock)(ada, 'orders')],
  ['a token of a stranger', await createAuthorize(stranger, clock)(ada, 'provisioning')],
  ["a token signed in another service's name", await forged()],
])('%s is refused', async (_name, header) => {
  await expect(authenticate(header)).rejects.toThrow(Unauthenticated);
});

/** The gateway's key, but the name of orders. */
async function forged(): Promise<string> {
  const seconds = noon.getTime() / 1000;
  const token = await new SignJWT({ scope: '' })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'gateway' })
    .setIssuer('orders')
    .setSubject('svc_orders')
    .setAudience('provisioning')
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 60)
    .sign(gateway.key);
  return `Bearer ${token}`;
}

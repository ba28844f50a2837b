import { serviceItself, type Principal } from '#auth';
import { runSql } from '#database';
import { encodeCursor } from '#events';
import { decodeJwt } from 'jose';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createIdentitySubgraph } from './subgraph.ts';
import {
  ask,
  bearerOf,
  nobody,
  openTestIdentity,
  refresh,
  tokensOf,
  watchRevocations,
} from './test-identity.ts';

const identity = await openTestIdentity();
const subgraph = createIdentitySubgraph(identity.parts);
const gateway = serviceItself('gateway');
const email = 'ada@example.com';
const ada = await identity.addPerson(email);
await identity.addPerson('boss@example.com', 'admin');
const signOut = 'mutation { signOut { sessionsEnded } }';
const assign = 'mutation ($id: ID!) { assignRole(userId: $id, role: "operator") { user { id } } }';
const remove = 'mutation ($id: ID!) { removeRole(userId: $id, role: "operator") { user { id } } }';
const lock = 'mutation ($id: ID!) { lockUser(id: $id, reason: "Test.") { user { id } } }';
const unlock = 'mutation ($id: ID!) { unlockUser(id: $id) { user { id } } }';

/** Long enough for all access tokens to expire, and for clocks to differ besides. */
const longEnoughMs = 960_001;

beforeEach(async () => {
  await allNumbered();
  identity.pass(longEnoughMs);
});

afterAll(async () => {
  await identity[Symbol.asyncDispose]();
});

test('whoever comes first hears of what still matters, and of nothing that has expired', async () => {
  await signedOut();
  identity.pass(longEnoughMs - 1);
  const early = await signedOut();
  const admin = await administrator();
  await ask(subgraph, admin, assign, { id: ada });
  await ask(subgraph, admin, remove, { id: ada });
  await allNumbered();
  identity.pass(1);
  const watch = await watchRevocations(subgraph, gateway);
  const { revocations } = await watch.next();
  const ofAda = { sessionId: null, subject: ada, before: early.before };
  expect(revocations).toEqual([early, ofAda, ofAda]);
  await watch.end();
});

test('when nothing matters any more, the snapshot is empty and comes at once', async () => {
  const watch = await watchRevocations(subgraph, gateway);
  expect(await watch.next()).toEqual({ cursor: expect.any(String) as unknown, revocations: [] });
  await watch.end();
});

test('then each comes as it happens, once and in order', async () => {
  const admin = await administrator();
  const watch = await watchRevocations(subgraph, gateway);
  await watch.next();
  const first = await signedOut();
  expect(await watch.next()).toMatchObject({ revocations: [first] });
  await ask(subgraph, admin, assign, { id: ada });
  expect(await watch.next()).toMatchObject({ revocations: [{ subject: ada, sessionId: null }] });
  await ask(subgraph, admin, assign, { id: ada }); // again: no news
  const second = await signedOut();
  expect(await watch.next()).toMatchObject({ revocations: [second] });
  await ask(subgraph, admin, remove, { id: ada });
  expect(await watch.next()).toMatchObject({ revocations: [{ subject: ada }] });
  await watch.end();
});

test('with a cursor, all that came after it is told, however long ago', async () => {
  const watch = await watchRevocations(subgraph, gateway);
  const { cursor } = await watch.next();
  const first = await signedOut();
  const { cursor: afterFirst } = await watch.next();
  await watch.end();
  const second = await signedOut();
  identity.pass(longEnoughMs);
  const third = await signedOut();

  const again = await watchRevocations(subgraph, gateway, cursor);
  for (const revocation of [first, second, third]) {
    expect(await again.next()).toMatchObject({ revocations: [revocation] });
  }
  await again.end();
  const later = await watchRevocations(subgraph, gateway, afterFirst);
  expect(await later.next()).toMatchObject({ revocations: [second] });
  await later.end();
});

test('a snapshot and what follows it leave nothing out, while many sessions end', async () => {
  const sessions = await Promise.all(Array.from({ length: 30 }, async () => await signedIn()));
  const ending = sessions.map(async (caller) => await ask(subgraph, caller, signOut));
  const watch = await watchRevocations(subgraph, gateway);
  const told: (string | null)[] = [];
  while (told.length < sessions.length) {
    const { revocations } = await watch.next();
    told.push(...revocations.map(({ sessionId }) => sessionId));
  }
  await watch.end();
  await Promise.all(ending);
  expect(told.toSorted()).toEqual(sessions.map(({ sessionId }) => sessionId).toSorted());
});

test('a snapshot has no limit', async () => {
  const count = 2_345;
  const ids = Array.from({ length: count }, (_, n) => `ses_${n}`);
  await identity.parts.store.commit((tx) => {
    for (const sessionId of ids) {
      tx.append(ada, { type: 'session.ended', sessionId, ownerId: ada, reason: 'SIGNED_OUT' });
    }
    return Promise.resolve();
  });
  await allNumbered();
  const watch = await watchRevocations(subgraph, gateway);
  const { revocations } = await watch.next();
  expect(revocations.map(({ sessionId }) => sessionId)).toEqual(ids);
  await watch.end();
});

test('locking an account revokes whatever its owner holds', async () => {
  const { sessionId } = await signedIn();
  const admin = await administrator();
  const watch = await watchRevocations(subgraph, gateway);
  await watch.next();
  await ask(subgraph, admin, lock, { id: ada });
  const told: { readonly sessionId: string | null; readonly subject: string | null }[] = [];
  while (told.at(-1)?.subject !== ada) told.push(...(await watch.next()).revocations);
  expect(told).toContainEqual(expect.objectContaining({ sessionId }));
  await ask(subgraph, admin, unlock, { id: ada });
  const next = await signedOut(); // unlocking was no news
  expect(await watch.next()).toMatchObject({ revocations: [next] });
  await watch.end();
});

test('a token from before a change of roles is revoked, and its successor is not', async () => {
  const admin = await administrator();
  const { accessToken, refreshToken } = await tokensOf(subgraph, email);
  const watch = await watchRevocations(subgraph, gateway);
  await watch.next();
  identity.pass(1);
  await ask(subgraph, admin, assign, { id: ada });
  const [revocation] = (await watch.next()).revocations;
  identity.pass(1); // within the same second
  const { outcome } = await refresh(subgraph, refreshToken);
  const before = Date.parse(revocation?.before ?? '');
  expect(issuedAt(accessToken)).toBeLessThanOrEqual(before);
  expect(issuedAt(outcome?.accessToken ?? '')).toBeGreaterThan(before);
  await ask(subgraph, admin, remove, { id: ada });
  await watch.end();
});

test.each<[string, Principal]>([
  ['nobody', nobody],
  ['a sibling', serviceItself('orders')],
  ['a person who claims to be the gateway', { ...serviceItself('gateway'), issuer: 'orders' }],
  [
    'an administrator',
    { id: ada, scopes: new Set(['identity:write']), sessionId: null, issuer: 'gateway' },
  ],
])('%s may not follow them', async (_who, caller) => {
  const watch = await watchRevocations(subgraph, caller);
  await expect(watch.next()).rejects.toThrow('Only the gateway');
});

test.each([
  ['of another stream', encodeCursor('user:usr_1', 0)],
  ['that is none', 'nonsense'],
  ['that is not reached yet', encodeCursor('revocations', 1_000_000)],
])('a cursor %s is refused', async (_what, since) => {
  const watch = await watchRevocations(subgraph, gateway, since);
  await expect(watch.next()).rejects.toThrow('`since`');
});

test('whatever a refresh and a change of roles do at once, no token of old is newer than the change', async () => {
  await using other = await openTestIdentity(() => new Date());
  const there = createIdentitySubgraph(other.parts);
  const eve = await other.addPerson('eve@example.com');
  await other.addPerson('boss@example.com', 'admin');
  const { accessToken } = await tokensOf(there, 'boss@example.com');
  const admin = await bearerOf(other, accessToken);
  let { refreshToken } = await tokensOf(there, 'eve@example.com');
  const watch = await watchRevocations(there, gateway);
  await watch.next();
  for (let round = 0; round < 40; round++) {
    const giving = round % 2 === 0;
    const [{ outcome }] = await Promise.all([
      refresh(there, refreshToken),
      ask(there, admin, giving ? assign : remove, { id: eve }),
    ]);
    if (outcome === null) throw new Error('the refresh was refused');
    ({ refreshToken } = outcome);
    const [change] = (await watch.next()).revocations;
    const hasNew = scopeOf(outcome.accessToken).includes('catalogue:write') === giving;
    const isRevoked = issuedAt(outcome.accessToken) <= Date.parse(change?.before ?? '');
    expect(hasNew || isRevoked).toBe(true);
  }
  await watch.end();
});

function issuedAt(accessToken: string): number {
  return decodeJwt<{ iat_ms: number }>(accessToken).iat_ms;
}

function scopeOf(accessToken: string): string {
  return decodeJwt<{ scope: string }>(accessToken).scope;
}

async function administrator(): Promise<Principal> {
  const { accessToken } = await tokensOf(subgraph, 'boss@example.com');
  return await bearerOf(identity, accessToken);
}

async function signedIn(): Promise<Principal> {
  const { accessToken } = await tokensOf(subgraph, email);
  return await bearerOf(identity, accessToken);
}

/** A session that began and ended, as it is told. */
async function signedOut() {
  const caller = await signedIn();
  await ask(subgraph, caller, signOut);
  const before = identity.parts.clock().toISOString();
  return { sessionId: caller.sessionId, subject: null, before };
}

/** Until the relay has seen to all that was committed. */
async function allNumbered(): Promise<void> {
  const sql = 'select count(*)::int as waiting from events.outbox where position is null';
  await expect
    .poll(async () => (await runSql(identity.place.url, [sql])).rows as unknown, {
      timeout: 10_000,
    })
    .toEqual([{ waiting: 0 }]);
}

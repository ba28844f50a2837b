import { serviceItself, type Principal } from '#auth';
import { runSql } from '#database';
import { NotFound } from '#errors';
import { unansweredFields } from '#graphql';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createIdentitySubgraph } from './subgraph.ts';
import {
  ask,
  bearerOf,
  nobody,
  noon,
  openTestIdentity,
  refresh,
  tokensOf,
} from './test-identity.ts';

const identity = await openTestIdentity();
const subgraph = createIdentitySubgraph(identity.parts);
const email = 'ada@example.com';
const ada = await identity.addPerson(email);
const eve = await identity.addPerson('eve@example.com');
await identity.addPerson('admin@example.com', 'admin');

const signOut =
  'mutation ($everywhere: Boolean) { signOut(everywhere: $everywhere) { sessionsEnded userErrors { code } } }';
const revoke =
  'mutation ($id: ID!) { revokeSession(id: $id) { sessionsEnded userErrors { code } } }';
const everyField =
  '{ id email name status roles { name permissions } permissions sessions { id current } createdAt }';

beforeEach(async () => {
  await runSql(identity.place.ownerUrl, ['truncate session, refresh_token, events.outbox']);
});

afterAll(async () => {
  await identity[Symbol.asyncDispose]();
});

test('every field of the contract is answered', () => {
  const session = { id: '', createdAt: noon, lastSeenAt: noon, expiresAt: noon };
  const { schema } = subgraph;
  expect(
    unansweredFields(schema, {
      User: { id: '', email: '', name: '', status: '', roles: [], createdAt: noon },
      Role: { name: '', description: '', permissions: [] },
      Session: session,
      Tokens: { accessToken: '', refreshToken: '', tokenType: '', expiresIn: 0 },
      SignInPayload: { outcome: null, userErrors: [] },
      SignOutPayload: { sessionsEnded: 0, userErrors: [] },
      UserPayload: { user: null, userErrors: [] },
      RevocationUpdate: { cursor: '', revocations: [] },
      Revocation: { sessionId: null, subject: null, before: noon },
      UserError: { code: '', message: '', field: null },
    }),
  ).toEqual([]);
});

test('me is nobody until somebody signed in', async () => {
  expect(await ask(subgraph, nobody, `{ me ${everyField} }`)).toBeNull();
});

test('everybody sees themselves whole', async () => {
  const { caller } = await signedIn(email);
  expect(await ask(subgraph, caller, `{ me ${everyField} }`)).toMatchObject({
    id: ada,
    email,
    name: 'Ada',
    status: 'ACTIVE',
    roles: [{ name: 'customer', permissions: expect.any(Array) as unknown }],
    permissions: [
      'identity:read:own',
      'identity:write:own',
      'orders:read:own',
      'orders:write:own',
      'provisioning:read:own',
      'provisioning:write:own',
    ],
    sessions: [{ id: caller.sessionId, current: true }],
    createdAt: noon.toISOString(),
  });
});

test('who keeps people sees everybody', async () => {
  await signedIn(email);
  const { caller: admin } = await signedIn('admin@example.com');
  expect(await ask(subgraph, admin, `{ user(id: "${ada}") ${everyField} }`)).toMatchObject({
    email,
    sessions: [{ current: false }],
  });
  expect(
    await ask(subgraph, admin, '{ user(id: "usr_01h455vb4pex5vsknk084sn02q") { id } }'),
  ).toBeNull();
});

test.each<[string, Principal]>([
  [
    'somebody else',
    { id: eve, scopes: new Set(['identity:read:own']), sessionId: null, issuer: 'gateway' },
  ],
  ['a sibling', serviceItself('orders')],
  ['nobody', nobody],
])(
  '%s sees of a reference to a user the id alone, whether or not there is one',
  async (_who, caller) => {
    const made = 'usr_01h455vb4pex5vsknk084sn02q';
    const answer = await ask(
      subgraph,
      caller,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User ${everyField} } }`,
      { of: [ada, made, 'ord_1'].map((id) => ({ __typename: 'User', id })) },
    );
    const unseen = { email: null, name: null, status: null, roles: null, permissions: null };
    const rest = { sessions: null, createdAt: null };
    expect(answer).toEqual([
      { id: ada, ...unseen, ...rest },
      { id: made, ...unseen, ...rest },
      null,
    ]);
  },
);

test('signing out ends the session of the call alone', async () => {
  const here = await signedIn(email);
  const elsewhere = await signedIn(email);
  expect(await ask(subgraph, here.caller, signOut)).toEqual({ sessionsEnded: 1, userErrors: [] });
  expect(await ask(subgraph, here.caller, signOut)).toMatchObject({ sessionsEnded: 0 });
  expect(await codesOf(here.refreshToken)).toEqual(['SESSION_ENDED']);
  expect(await codesOf(elsewhere.refreshToken)).toEqual([]);
});

test("signing out everywhere ends all of one's own sessions, and nobody else's", async () => {
  const [here, elsewhere, other] = [
    await signedIn(email),
    await signedIn(email),
    await signedIn('eve@example.com'),
  ];
  const everywhere = { everywhere: true };
  expect(await ask(subgraph, here.caller, signOut, everywhere)).toMatchObject({ sessionsEnded: 2 });
  expect(await ask(subgraph, here.caller, signOut, everywhere)).toMatchObject({ sessionsEnded: 0 });
  expect(await codesOf(elsewhere.refreshToken)).toEqual(['SESSION_ENDED']);
  expect(await codesOf(other.refreshToken)).toEqual([]);
});

test('signing out everywhere at once, from eight places, ends each session once', async () => {
  const places = await Promise.all(Array.from({ length: 8 }, async () => await signedIn(email)));
  const answers = await Promise.all(
    places.map(async ({ caller }) => await ask(subgraph, caller, signOut, { everywhere: true })),
  );
  const ended = answers.map((answer) => (answer as { sessionsEnded: number }).sessionsEnded);
  expect(ended.reduce((sum, count) => sum + count)).toBe(8);
});

test("one's own session is revoked by its id", async () => {
  const here = await signedIn(email);
  const { caller: there, refreshToken } = await signedIn(email);
  const variables = { id: there.sessionId };
  expect(await ask(subgraph, here.caller, revoke, variables)).toMatchObject({ sessionsEnded: 1 });
  expect(await ask(subgraph, here.caller, revoke, variables)).toMatchObject({ sessionsEnded: 0 });
  expect(await codesOf(refreshToken)).toEqual(['SESSION_ENDED']);
});

test("somebody else's session is not found, unless one keeps people", async () => {
  const { caller: owner, refreshToken } = await signedIn(email);
  const { caller: stranger } = await signedIn('eve@example.com');
  const { caller: admin } = await signedIn('admin@example.com');
  const variables = { id: owner.sessionId };
  await expect(ask(subgraph, stranger, revoke, variables)).rejects.toThrow(NotFound);
  await expect(ask(subgraph, stranger, revoke, { id: 'nonsense' })).rejects.toThrow(NotFound);
  expect(await codesOf(refreshToken)).toEqual([]);
  expect(await ask(subgraph, admin, revoke, variables)).toMatchObject({ sessionsEnded: 1 });
});

test("a session that claims another's id ends nothing of theirs", async () => {
  const { caller: owner, refreshToken } = await signedIn(email);
  const { caller: stranger } = await signedIn('eve@example.com');
  const forged = { ...stranger, sessionId: owner.sessionId };
  expect(await ask(subgraph, forged, signOut)).toMatchObject({ sessionsEnded: 0 });
  expect(await codesOf(refreshToken)).toEqual([]);
});

test('sessions that have long been over are forgotten at the next sign-in', async () => {
  await signedIn(email);
  identity.pass(31 * 86_400_000);
  await signedIn(email);
  expect(await identity.database.session.count()).toBe(2);
  identity.pass(7 * 86_400_000);
  await signedIn(email);
  expect(await identity.database.session.count()).toBe(2);
});

test("each start and end of a session is an event in its owner's stream; an end revokes besides", async () => {
  const { caller } = await signedIn(email);
  await ask(subgraph, caller, signOut);
  const reused = await signedIn(email);
  await refresh(subgraph, reused.refreshToken);
  identity.pass(11_000);
  await refresh(subgraph, reused.refreshToken);
  const sql = `select streams, event->>'type' as type, event->>'actor' as actor, event->'data' as data
    from events.outbox order by seq`;
  const { rows } = await runSql(identity.place.url, [sql]);
  const common = { ownerId: ada };
  const [first, second] = [caller.sessionId, reused.caller.sessionId];
  expect(rows).toEqual(
    [
      { type: 'session.started', data: { ...common, sessionId: first } },
      { type: 'session.ended', data: { ...common, sessionId: first, reason: 'SIGNED_OUT' } },
      { type: 'session.started', data: { ...common, sessionId: second } },
      { type: 'session.ended', data: { ...common, sessionId: second, reason: 'TOKEN_REUSED' } },
    ].map((event) => ({
      ...event,
      streams: [`user:${ada}`, ...(event.type === 'session.ended' ? ['revocations'] : [])],
      actor: ada,
    })),
  );
});

async function signedIn(address: string) {
  const { accessToken, refreshToken } = await tokensOf(subgraph, address);
  return { caller: await bearerOf(identity, accessToken), refreshToken };
}

async function codesOf(refreshToken: string): Promise<string[]> {
  const { userErrors } = await refresh(subgraph, refreshToken);
  return userErrors.map(({ code }) => code);
}

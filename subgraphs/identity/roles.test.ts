import { serviceItself, type Principal } from '#auth';
import { runSql } from '#database';
import { NotFound } from '#errors';
import { graphql } from 'graphql';
import { decodeJwt } from 'jose';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createIdentitySubgraph } from './subgraph.ts';
import {
  ask,
  bearerOf,
  nobody,
  openTestIdentity,
  refresh,
  signIn,
  tokensOf,
} from './test-identity.ts';

const identity = await openTestIdentity();
const subgraph = createIdentitySubgraph(identity.parts);
const email = 'ada@example.com';
const ada = await identity.addPerson(email);
const boss = await identity.addPerson('boss@example.com', 'admin');
const admin = await callerOf('boss@example.com');

const user = 'user { id status roles { name } sessions { id } } userErrors { code field }';
const assign = `mutation ($id: ID!, $role: String!) { assignRole(userId: $id, role: $role) { ${user} } }`;
const remove = `mutation ($id: ID!, $role: String!) { removeRole(userId: $id, role: $role) { ${user} } }`;
const lock = `mutation ($id: ID!, $reason: String!) { lockUser(id: $id, reason: $reason) { ${user} } }`;
const unlock = `mutation ($id: ID!) { unlockUser(id: $id) { ${user} } }`;
const reason = 'Asked for it by telephone.';

beforeEach(async () => {
  await runSql(identity.place.ownerUrl, [
    'truncate history.audit_event, events.outbox',
    `update "user" set status = 'ACTIVE'`,
    `delete from user_role using "user" where id = user_id
       and not (email, role_name) in (('${email}', 'customer'), ('boss@example.com', 'admin'))`,
    `insert into user_role select id, 'customer' from "user" where email = '${email}' on conflict do nothing`,
    `insert into user_role select id, 'admin' from "user" where email = 'boss@example.com' on conflict do nothing`,
  ]);
});

afterAll(async () => {
  await identity[Symbol.asyncDispose]();
});

test('a role that is given counts from the next refresh on', async () => {
  const { refreshToken } = await tokensOf(subgraph, email);
  expect(await ask(subgraph, admin, assign, { id: ada, role: 'operator' })).toMatchObject({
    user: { id: ada, roles: [{ name: 'customer' }, { name: 'operator' }] },
    userErrors: [],
  });
  const { outcome } = await refresh(subgraph, refreshToken);
  expect(decodeJwt(outcome?.accessToken ?? '')['scope']).toContain('catalogue:write');
  expect(await recorded()).toEqual({
    events: [
      { type: 'user.roles_changed', data: { userId: ada, roles: ['customer', 'operator'] } },
    ],
    audit: [
      {
        actor: boss,
        action: 'assignRole',
        target: ada,
        outcome: 'SUCCESS',
        data: { role: 'operator' },
      },
    ],
  });
});

test('a role that is taken away is gone', async () => {
  expect(await ask(subgraph, admin, remove, { id: ada, role: 'customer' })).toMatchObject({
    user: { id: ada, roles: [] },
  });
  expect(await recorded()).toMatchObject({
    events: [{ type: 'user.roles_changed', data: { userId: ada, roles: [] } }],
    audit: [{ actor: boss, action: 'removeRole', target: ada, data: { role: 'customer' } }],
  });
});

test.each([
  ['giving a role that they have', assign, 'customer'],
  ['taking one that they lack', remove, 'operator'],
  ['taking one that nobody has', remove, 'no\u0000role'],
])('%s changes nothing, and is no event', async (_what, mutation, role) => {
  expect(await ask(subgraph, admin, mutation, { id: ada, role })).toMatchObject({
    user: { roles: [{ name: 'customer' }] },
    userErrors: [],
  });
  expect(await recorded()).toEqual({ events: [], audit: [] });
});

test.each(['emperor', '', 'no\u0000role'])('a role %j that is none is refused', async (role) => {
  expect(await ask(subgraph, admin, assign, { id: ada, role })).toEqual({
    user: null,
    userErrors: [{ code: 'ROLE_UNKNOWN', field: ['role'] }],
  });
});

test('nobody gives a permission that they lack, and the attempt is recorded', async () => {
  const clerk: Principal = { ...admin, scopes: new Set(['identity:write', 'identity:read']) };
  expect(await ask(subgraph, clerk, assign, { id: ada, role: 'operator' })).toMatchObject({
    user: null,
    userErrors: [{ code: 'PERMISSION_LACKING', field: ['role'] }],
  });
  expect(await recorded()).toMatchObject({
    events: [],
    audit: [{ action: 'assignRole', outcome: 'DENIED', data: { reason: 'PERMISSION_LACKING' } }],
  });
});

test.each<[string, Principal]>([
  ['somebody else', { ...admin, id: ada, scopes: new Set(['identity:write:own']) }],
  ['a sibling', serviceItself('orders')],
  ['nobody', nobody],
])('%s changes nobody, themselves included', async (_who, caller) => {
  for (const id of [ada, boss, 'usr_01h455vb4pex5vsknk084sn02q']) {
    for (const mutation of [assign, remove, lock, unlock]) {
      const variables = { id, role: 'customer', reason };
      await expect(ask(subgraph, caller, mutation, variables)).rejects.toThrow(NotFound);
    }
  }
});

test.each(['usr_01h455vb4pex5vsknk084sn02q', 'ord_01h455vb4pex5vsknk084sn02q', '', 'a\u0000'])(
  'a user %j who is none is not found',
  async (id) => {
    await expect(ask(subgraph, admin, assign, { id, role: 'customer' })).rejects.toThrow(NotFound);
  },
);

test('who may change people, but not see them, is told the id alone', async () => {
  const blind: Principal = { ...admin, id: ada, scopes: new Set(['identity:write']) };
  expect(await ask(subgraph, blind, remove, { id: boss, role: 'none' })).toMatchObject({
    user: { id: boss, roles: null, sessions: null },
  });
});

test('the last administrator stays one, and the attempt is recorded', async () => {
  const refused = { user: null, userErrors: [{ code: 'LAST_ADMINISTRATOR' }] };
  expect(await ask(subgraph, admin, remove, { id: boss, role: 'admin' })).toMatchObject(refused);
  expect(await ask(subgraph, admin, lock, { id: boss, reason })).toMatchObject(refused);
  expect(await recorded()).toMatchObject({
    events: [],
    audit: [{ outcome: 'DENIED' }, { outcome: 'DENIED', data: { reason: 'LAST_ADMINISTRATOR' } }],
  });
});

test('an administrator who is locked does not count', async () => {
  await ask(subgraph, admin, assign, { id: ada, role: 'admin' });
  await ask(subgraph, admin, lock, { id: ada, reason });
  expect(await ask(subgraph, admin, remove, { id: boss, role: 'admin' })).toMatchObject({
    userErrors: [{ code: 'LAST_ADMINISTRATOR' }],
  });
  expect(await ask(subgraph, admin, remove, { id: ada, role: 'admin' })).toMatchObject({
    userErrors: [],
  });
});

test('of two administrators who are taken away at once, one is left', async () => {
  for (let round = 0; round < 10; round++) {
    await ask(subgraph, admin, assign, { id: ada, role: 'admin' });
    const attempts = [
      ask(subgraph, admin, remove, { id: boss, role: 'admin' }),
      round % 2 === 0
        ? ask(subgraph, admin, remove, { id: ada, role: 'admin' })
        : ask(subgraph, admin, lock, { id: ada, reason }),
    ];
    const answers = (await Promise.all(attempts)) as { userErrors: { code: string }[] }[];
    const codes = answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).toEqual(['LAST_ADMINISTRATOR']);
    await ask(subgraph, admin, unlock, { id: ada });
    await ask(subgraph, admin, assign, { id: boss, role: 'admin' });
  }
});

test('locking an account ends its sessions and keeps its owner out, until it is unlocked', async () => {
  const { refreshToken } = await tokensOf(subgraph, email);
  const another = await tokensOf(subgraph, email);
  const locked = await ask(subgraph, admin, lock, { id: ada, reason: `  ${reason} ` });
  expect(locked).toMatchObject({ user: { status: 'LOCKED', sessions: [] }, userErrors: [] });
  expect(await ask(subgraph, admin, lock, { id: ada, reason })).toEqual(locked);
  expect((await signIn(subgraph, { email })).userErrors).toMatchObject([
    { code: 'ACCOUNT_LOCKED' },
  ]);

  expect(await ask(subgraph, admin, unlock, { id: ada })).toMatchObject({
    user: { status: 'ACTIVE' },
  });
  await ask(subgraph, admin, unlock, { id: ada });
  for (const token of [refreshToken, another.refreshToken]) {
    const { userErrors } = await refresh(subgraph, token);
    expect(userErrors).toMatchObject([{ code: 'SESSION_ENDED' }]);
  }
  await tokensOf(subgraph, email);

  const { events, audit } = await recorded();
  const ofUser = events.filter(({ type }) => type.startsWith('user.'));
  expect(ofUser.map(({ type }) => type)).toEqual(['user.locked', 'user.unlocked']);
  const ended = events.filter(({ type }) => type === 'session.ended');
  expect(ended.map(({ data }) => data['reason'])).toEqual(ended.map(() => 'USER_LOCKED'));
  expect(ended.length).toBeGreaterThanOrEqual(2);
  expect(audit.filter(({ actor }) => actor === boss)).toMatchObject([
    { action: 'lockUser', target: ada, outcome: 'SUCCESS', data: { reason } },
    { action: 'unlockUser', target: ada, outcome: 'SUCCESS' },
  ]);
});

test.each(['', '  ', 'two\nlines', 'x'.repeat(501), 'a\u0000'])(
  'a reason such as %j is refused by name',
  async (given) => {
    expect(await ask(subgraph, admin, lock, { id: ada, reason: given })).toMatchObject({
      user: null,
      userErrors: [{ code: 'LOCK_REASON_INVALID', field: ['reason'] }],
    });
  },
);

test('several changes in one request each answer with what is there then', async () => {
  const variables = { id: ada, role: 'operator' };
  const contextValue = subgraph.contextFor(admin);
  const source = `mutation ($id: ID!, $role: String!) {
    given: assignRole(userId: $id, role: $role) { user { roles { name } } }
    taken: removeRole(userId: $id, role: $role) { user { roles { name } } }
  }`;
  const { data } = await graphql({
    schema: subgraph.schema,
    source,
    contextValue,
    variableValues: variables,
  });
  expect(data).toMatchObject({
    given: { user: { roles: [{ name: 'customer' }, { name: 'operator' }] } },
    taken: { user: { roles: [{ name: 'customer' }] } },
  });
});

async function callerOf(address: string): Promise<Principal> {
  const { accessToken } = await tokensOf(subgraph, address);
  return await bearerOf(identity, accessToken);
}

interface Recorded {
  readonly events: readonly { readonly type: string; readonly data: Record<string, unknown> }[];
  readonly audit: readonly Record<string, unknown>[];
}

/** What was written since the test began. */
async function recorded(): Promise<Recorded> {
  const { url } = identity.place;
  const events = await runSql(url, [
    `select event->>'type' as type, event->'data' as data from events.outbox
     where event->>'type' <> 'session.started' order by seq`,
  ]);
  const audit = await runSql(url, [
    `select actor, action, target, outcome, data from history.audit_event
     where action not in ('signIn', 'refreshSession') order by sequence`,
  ]);
  return { events: events.rows, audit: audit.rows };
}

import { runSql } from '#database';
import { formatId } from '#ids';
import { afterAll, expect, test } from 'vitest';
import { findBrokenLink } from './store/audit.ts';
import { createIdentitySubgraph } from './subgraph.ts';
import { ask, bearerOf, openTestIdentity, refresh, signIn, tokensOf } from './test-identity.ts';

const identity = await openTestIdentity();
const subgraph = createIdentitySubgraph(identity.parts);
const { place, database } = identity;
const email = 'ada@example.com';

afterAll(async () => {
  await identity[Symbol.asyncDispose]();
});

test('whatever happens to a sign-in is recorded, by ids alone', async () => {
  const ada = await identity.addPerson(email);
  await signIn(subgraph, { email, password: 'guess' });
  await signIn(subgraph, { email: 'unknown@example.com', password: 'guess' });
  const { accessToken, refreshToken } = await tokensOf(subgraph, email);
  const caller = await bearerOf(identity, accessToken);
  await refresh(subgraph, refreshToken);
  await refresh(subgraph, refreshToken);
  identity.pass(11_000);
  await refresh(subgraph, refreshToken);
  const { accessToken: another } = await tokensOf(subgraph, email);
  const there = await bearerOf(identity, another);
  await ask(subgraph, there, 'mutation { signOut { sessionsEnded } }');
  await database.user.update({ where: { email }, data: { status: 'LOCKED' } });
  await signIn(subgraph, { email });

  const records = await database.auditEvent.findMany({ orderBy: { sequence: 'asc' } });
  const renewal = { actor: ada, action: 'refreshSession', target: caller.sessionId };
  expect(records).toMatchObject(
    [
      { actor: 'anonymous', action: 'signIn', target: ada, outcome: 'FAILURE' },
      { actor: 'anonymous', action: 'signIn', target: null, outcome: 'FAILURE' },
      { actor: ada, action: 'signIn', target: caller.sessionId, outcome: 'SUCCESS' },
      { ...renewal, outcome: 'SUCCESS', data: { repeated: false } },
      { ...renewal, outcome: 'SUCCESS', data: { repeated: true } },
      { ...renewal, outcome: 'DENIED', data: { reason: 'REFRESH_TOKEN_REUSED' } },
      { actor: ada, action: 'signIn', target: there.sessionId, outcome: 'SUCCESS' },
      { actor: ada, action: 'signOut', target: there.sessionId, outcome: 'SUCCESS' },
      { actor: 'anonymous', action: 'signIn', target: ada, outcome: 'DENIED' },
    ].map((record, index) => ({ ...record, sequence: index + 1 })),
  );
  expect(JSON.stringify(records)).not.toContain('@');
  expect(formatId('aud', records[0]?.id ?? '')).toMatch(/^aud_/);
  expect(await findBrokenLink(database)).toBeNull();
});

test('forty failures at once leave a chain without a gap', async () => {
  const before = await database.auditEvent.count();
  await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      await signIn(subgraph, { email: `nobody-${n}@example.com`, password: 'guess' });
    }),
  );
  expect(await database.auditEvent.count()).toBe(before + 40);
  expect(await findBrokenLink(database)).toBeNull();
});

test.each([
  ['changed', `update history.audit_event set actor = 'usr_eve'`],
  ['removed', 'delete from history.audit_event'],
  ['emptied at once', 'truncate history.audit_event'],
])('records can not be %s by the service', async (_how, sql) => {
  await expect(runSql(place.url, [sql])).rejects.toMatchObject({ code: '42501' });
});

test.each([
  ['an actor', `set actor = 'usr_eve'`],
  ['a time', `set at = at + interval '1 millisecond'`],
  ['a detail', `set data = data || '{"failures": 0}'`],
  ['a hash', 'set hash = sha256(hash)'],
])('the chain shows where the owner of the tables changed %s', async (_what, change) => {
  await runSql(place.ownerUrl, [
    'create table backup as select * from history.audit_event where sequence = 2',
    `update history.audit_event ${change} where sequence = 2`,
  ]);
  expect(await findBrokenLink(database)).toBe(2);
  await runSql(place.ownerUrl, [
    'delete from history.audit_event where sequence = 2',
    'insert into history.audit_event select * from backup',
    'drop table backup',
  ]);
  expect(await findBrokenLink(database)).toBeNull();
});

test('the chain shows where a record is missing', async () => {
  await runSql(place.ownerUrl, ['delete from history.audit_event where sequence = 3']);
  expect(await findBrokenLink(database)).toBe(3);
});

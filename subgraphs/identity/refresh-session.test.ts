import { runSql } from '#database';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdentitySubgraph } from './subgraph.ts';
import { bearerOf, nobody, openTestIdentity, refresh, tokensOf } from './test-identity.ts';

const identity = await openTestIdentity();
const subgraph = createIdentitySubgraph(identity.parts);
const email = 'ada@example.com';

beforeAll(async () => {
  await identity.addPerson(email);
});

afterAll(async () => {
  await identity[Symbol.asyncDispose]();
});

test('a refresh gives new tokens for the same session', async () => {
  const first = await tokensOf(subgraph, email);
  identity.pass(60_000);
  const second = await renewed(first.refreshToken);
  expect(second.refreshToken).not.toBe(first.refreshToken);
  const [before, after] = await Promise.all(
    [first, second].map(async ({ accessToken }) => await bearerOf(identity, accessToken)),
  );
  expect(after).toEqual(before);
});

test('whoever refreshes with a valid access token is told who they are', async () => {
  const { refreshToken, accessToken } = await tokensOf(subgraph, email);
  const caller = await bearerOf(identity, accessToken);
  const { outcome } = await refresh(subgraph, refreshToken, caller);
  expect(outcome?.user).toEqual({ id: caller.id, email });
});

test('a token used again within ten seconds gives the same successor', async () => {
  const { refreshToken } = await tokensOf(subgraph, email);
  const first = await renewed(refreshToken);
  identity.pass(10_000);
  expect((await renewed(refreshToken)).refreshToken).toBe(first.refreshToken);
  await renewed(first.refreshToken);
});

test('a token used again later ends the whole session', async () => {
  const { refreshToken } = await tokensOf(subgraph, email);
  const { refreshToken: successor } = await renewed(refreshToken);
  identity.pass(10_001);
  expect(await codesOf(refreshToken)).toEqual(['REFRESH_TOKEN_REUSED']);
  expect(await codesOf(refreshToken)).toEqual(['SESSION_ENDED']);
  expect(await codesOf(successor)).toEqual(['SESSION_ENDED']);
});

test('two refreshes at once get the same successor, and the session has one live token', async () => {
  const { refreshToken } = await tokensOf(subgraph, email);
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () => await renewed(refreshToken)),
  );
  expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
  const sql = `select max(n)::int as most from
    (select count(*) as n from refresh_token where used_at is null group by session_id) as live`;
  expect((await runSql(identity.place.url, [sql])).rows).toEqual([{ most: 1 }]);
});

test('a session that nobody refreshes ends after a week', async () => {
  const { refreshToken } = await tokensOf(subgraph, email);
  identity.pass(7 * 86_400_000);
  expect(await codesOf(refreshToken)).toEqual(['SESSION_ENDED']);
});

test('a session ends after thirty days, however often it is refreshed', async () => {
  let { refreshToken } = await tokensOf(subgraph, email);
  for (let day = 0; day < 30; day += 6) {
    ({ refreshToken } = await renewed(refreshToken));
    identity.pass(6 * 86_400_000);
  }
  expect(await codesOf(refreshToken)).toEqual(['SESSION_ENDED']);
});

test('a locked account refreshes nothing', async () => {
  const { refreshToken } = await tokensOf(subgraph, email);
  await identity.database.user.update({ where: { email }, data: { status: 'LOCKED' } });
  expect(await codesOf(refreshToken)).toEqual(['ACCOUNT_LOCKED']);
  await identity.database.user.update({ where: { email }, data: { status: 'ACTIVE' } });
  await renewed(refreshToken);
});

test('in whatever order tokens are presented, a session has one line of them, or ends', async () => {
  const pauses = fc.constantFrom(0, 4_000, 10_001);
  const step = fc.record({ pause: pauses, pick: fc.nat({ max: 5 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
      const { refreshToken } = await tokensOf(subgraph, email);
      const line = [{ text: refreshToken, usedAt: Number.NaN }];
      let ended = false;
      for (const { pause, pick } of steps) {
        identity.pass(pause);
        const now = identity.parts.clock().getTime();
        const index = pick % line.length;
        const token = line[index];
        if (token === undefined) throw new Error('a token was picked that is not there');
        const { outcome, userErrors } = await refresh(subgraph, token.text);
        if (ended) expect(userErrors).toMatchObject([{ code: 'SESSION_ENDED' }]);
        else if (now - token.usedAt > 10_000) {
          expect(userErrors).toMatchObject([{ code: 'REFRESH_TOKEN_REUSED' }]);
          ended = true;
        } else if (Number.isNaN(token.usedAt)) {
          token.usedAt = now;
          line.push({ text: outcome?.refreshToken ?? '', usedAt: Number.NaN });
        } else expect(outcome?.refreshToken).toBe(line[index + 1]?.text);
      }
      expect(new Set(line.map(({ text }) => text)).size).toBe(line.length);
    }),
    { numRuns: 20 },
  );
});

test('what is no token of ours is refused, and does no harm to the session that it names', async () => {
  const { refreshToken } = await tokensOf(subgraph, email);
  const [session = ''] = refreshToken.split('.');
  expect(await codesOf(null)).toEqual(['INVALID_REFRESH_TOKEN']);
  expect(await codesOf('nonsense')).toEqual(['INVALID_REFRESH_TOKEN']);
  expect(await codesOf(`${session}.${'x'.repeat(43)}`)).toEqual(['INVALID_REFRESH_TOKEN']);
  expect(await codesOf(`ses_01h455vb4pex5vsknk084sn02q.${'x'.repeat(43)}`)).toEqual([
    'INVALID_REFRESH_TOKEN',
  ]);
  await renewed(refreshToken);
});

test('neither a token nor a password is to be found in the database', async () => {
  const { refreshToken } = await tokensOf(subgraph, email);
  const { refreshToken: successor } = await renewed(refreshToken);
  const secrets = [refreshToken, successor].map((token) => token.split('.')[1] ?? '');
  const tables = ['refresh_token', 'session', 'events.outbox', 'history.audit_event'];
  for (const table of tables) {
    const { rows } = await runSql(identity.place.url, [`select t::text as row from ${table} t`]);
    const text = JSON.stringify(rows);
    for (const secret of secrets) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
    }
  }
});

async function renewed(refreshToken: string) {
  const { outcome, userErrors } = await refresh(subgraph, refreshToken, nobody);
  if (outcome === null) throw new Error(`refused: ${JSON.stringify(userErrors)}`);
  return outcome;
}

async function codesOf(refreshToken: string | null): Promise<string[]> {
  const { outcome, userErrors } = await refresh(subgraph, refreshToken);
  expect(outcome).toBeNull();
  return userErrors.map(({ code }) => code);
}

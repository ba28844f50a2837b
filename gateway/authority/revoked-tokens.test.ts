import { beforeEach, expect, test } from 'vitest';
import { nobody, type Access } from './access.ts';
import { RevokedTokens } from './revoked-tokens.ts';

const noon = Date.parse('2026-11-25T12:00:00Z');
let now: number;
let revoked: RevokedTokens;
beforeEach(() => {
  now = noon;
  revoked = new RevokedTokens(() => new Date(now));
});

const access = (id: string, sessionId: string | null, issuedAt: number | null): Access => ({
  ...nobody,
  caller: { ...nobody.caller, id, sessionId },
  issuedAt: issuedAt === null ? null : new Date(issuedAt),
});
const session = (sessionId: string, before: number) => ({
  sessionId,
  subject: null,
  before: new Date(before),
});
const subject = (id: string, before: number) => ({
  sessionId: null,
  subject: id,
  before: new Date(before),
});

test('nobody in particular is never revoked', () => {
  revoked.add(subject('usr_ada', noon));
  expect(revoked.has(nobody)).toBe(false);
});

test.each([
  ['usr_ada', 'ses_1', noon, true],
  ['usr_ada', 'ses_1', noon + 1, false],
  ['usr_ada', 'ses_2', noon, false],
  ['usr_ada', null, noon, false],
  ['usr_bob', 'ses_3', noon - 1, true],
  ['usr_bob', null, null, true],
  ['ses_1', 'usr_bob', noon, false],
])('a token of %s in %s that was issued at %s is revoked: %s', (id, sessionId, issuedAt, is) => {
  revoked.add(session('ses_1', noon));
  revoked.add(subject('usr_bob', noon));
  expect(revoked.has(access(id, sessionId, issuedAt))).toBe(is);
});

test('the latest counts, in whatever order they come', () => {
  revoked.add(subject('usr_ada', noon));
  revoked.add(subject('usr_ada', noon - 60_000));
  expect(revoked.has(access('usr_ada', null, noon))).toBe(true);
});

test('what no token can be as old as is forgotten', () => {
  for (let n = 0; n < 1_000; n++) {
    now += 60_000;
    revoked.add(session(`ses_${n}`, now));
    revoked.add(subject(`usr_${n % 100}`, now));
  }
  expect(revoked.size).toBeLessThan(130);
  expect(revoked.has(access('usr_1', 'ses_999', now))).toBe(true);
  expect(revoked.has(access('usr_99', null, now))).toBe(true);
});

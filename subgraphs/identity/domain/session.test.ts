import { expect, test } from 'vitest';
import { isLive, isRepeat, keepAlive, startSession } from './session.ts';

const noon = new Date('2026-11-25T12:00:00Z');
const after = (days: number, ms = 0) => new Date(noon.getTime() + days * 86_400_000 + ms);
const session = startSession('ses_1', 'usr_ada', noon);

test('a session lasts a week', () => {
  expect(isLive(session, after(7, -1))).toBe(true);
  expect(isLive(session, after(7))).toBe(false);
});

test('a refresh makes it last another week', () => {
  expect(keepAlive(session, after(6))).toEqual({
    ...session,
    lastSeenAt: after(6),
    expiresAt: after(13),
  });
});

test('no refresh makes it last more than thirty days in all', () => {
  expect(keepAlive(session, after(29)).expiresAt).toEqual(after(30));
});

test('a session that was ended is not live', () => {
  expect(isLive({ ...session, endedAt: noon }, noon)).toBe(false);
});

test('a token comes again within ten seconds, and no later', () => {
  expect(isRepeat(noon, after(0, 10_000))).toBe(true);
  expect(isRepeat(noon, after(0, 10_001))).toBe(false);
});

import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRefreshTokens, makeSalt, readRefreshToken } from './refresh-tokens.ts';

const session = 'ses_01h455vb4pex5vsknk084sn02q';
const tokens = createRefreshTokens(randomBytes(32));

test('a token is read back as it was made', () => {
  const token = tokens.make(session);
  expect(readRefreshToken(token.text)).toEqual(token);
  expect(token.sessionId).toBe(session);
});

test('no two tokens are alike', () => {
  expect(tokens.make(session).text).not.toBe(tokens.make(session).text);
});

test('the successor is the same for the same token and salt alone', () => {
  const token = tokens.make(session);
  const salt = makeSalt();
  const successor = tokens.successorOf(token, salt);
  expect(tokens.successorOf(token, salt)).toEqual(successor);
  expect(readRefreshToken(successor.text)).toEqual(successor);
  expect(tokens.successorOf(token, makeSalt())).not.toEqual(successor);
  expect(tokens.successorOf(tokens.make(session), salt)).not.toEqual(successor);
  expect(createRefreshTokens(randomBytes(32)).successorOf(token, salt)).not.toEqual(successor);
});

test.each([
  '',
  session,
  `${session}.`,
  `${session}.short`,
  `usr${session.slice(3)}.${'x'.repeat(43)}`,
])('%j is no token', (text) => {
  expect(readRefreshToken(text)).toBeNull();
});

import { createHmac, hash, randomBytes } from 'node:crypto';
import { deriveKey } from './seal-key.ts';

/** What renews a session. Its text names the session, so that the row is found where the session lies. */
export interface RefreshToken {
  readonly sessionId: string;
  /** What the client holds; kept nowhere else. */
  readonly text: string;
  readonly hash: Uint8Array<ArrayBuffer>;
}

export interface RefreshTokens {
  readonly make: (sessionId: string) => RefreshToken;
  /**
   * The same token each time, for whoever asks again: from the token, the salt in the database and our
   * key. Two of the three lead nowhere.
   */
  readonly successorOf: (token: RefreshToken, salt: Uint8Array) => RefreshToken;
}

const secretBytes = 32;
const shape = /^(ses_[0-9a-z]{26})\.[\w-]{43}$/;

export function createRefreshTokens(sealKey: Uint8Array): RefreshTokens {
  const key = deriveKey(sealKey, 'refresh token');
  return {
    make: (sessionId) => tokenOf(sessionId, randomBytes(secretBytes)),
    successorOf: ({ sessionId, text }, salt) =>
      tokenOf(sessionId, createHmac('sha256', key).update(salt).update(text).digest()),
  };
}

/** The token in a text from outside, or null when it can't be one of ours. */
export function readRefreshToken(text: string): RefreshToken | null {
  const sessionId = shape.exec(text)?.[1];
  return sessionId === undefined ? null : { sessionId, text, hash: hashOf(text) };
}

/** Makes a token's successor another one each time that it is used. */
export function makeSalt(): Uint8Array<ArrayBuffer> {
  return randomBytes(secretBytes);
}

function tokenOf(sessionId: string, secret: Buffer): RefreshToken {
  const text = `${sessionId}.${secret.toString('base64url')}`;
  return { sessionId, text, hash: hashOf(text) };
}

function hashOf(text: string): Uint8Array<ArrayBuffer> {
  return hash('sha256', text, 'buffer');
}

import type { Bytes, Transaction } from './database.ts';
import { keyOf } from './keys.ts';

/** A refresh token as the store knows it: never its text. */
export interface TokenKey {
  readonly sessionId: string;
  readonly hash: Bytes;
}

/** What became of a token that we gave out. */
export interface TokenUse {
  readonly usedAt: Date;
  readonly successorSalt: Uint8Array;
}

export async function findToken(
  tx: Transaction,
  token: TokenKey,
): Promise<{ readonly use: TokenUse | null } | null> {
  const row = await tx.refreshToken.findUnique({ where: uniqueOf(token) });
  if (row === null) return null;
  const { usedAt, successorSalt } = row;
  return { use: usedAt && successorSalt && { usedAt, successorSalt } };
}

export async function addToken(tx: Transaction, token: TokenKey, now: Date): Promise<void> {
  const { id: sessionId, bucket } = keyOf('ses', token.sessionId);
  await tx.refreshToken.create({
    data: { hash: token.hash, bucket, sessionId, createdAt: now },
  });
}

export async function useToken(
  tx: Transaction,
  token: TokenKey,
  successorSalt: Bytes,
  now: Date,
): Promise<void> {
  await tx.refreshToken.update({
    where: uniqueOf(token),
    data: { usedAt: now, successorSalt },
  });
}

function uniqueOf({ sessionId, hash }: TokenKey) {
  return { hash_bucket: { hash, bucket: keyOf('ses', sessionId).bucket } };
}

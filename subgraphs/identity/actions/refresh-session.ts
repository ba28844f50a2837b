import { Refusal } from '#errors';
import { makeSalt, readRefreshToken, type RefreshToken } from '../crypto/refresh-tokens.ts';
import {
  accountLocked,
  invalidRefreshToken,
  refreshTokenReused,
  sessionEnded,
} from '../domain/refusals.ts';
import { isLive, isRepeat, keepAlive, type Session } from '../domain/session.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { Parts } from '../parts.ts';
import type { IdentityTransaction } from '../store/identity.ts';
import { endSession } from './end-session.ts';
import { issueTokens } from './issue-tokens.ts';

/** Renews a session; whoever holds its token may, so the caller says nothing. */
export async function refreshSession(
  parts: Parts,
  refreshToken: string | null,
): Promise<Tokens | Refusal> {
  const { store, clock } = parts;
  const token = readRefreshToken(refreshToken ?? '');
  if (token === null) return invalidRefreshToken();

  const granted = await store.commit(async (tx) => {
    const user = await tx.holdOwner(token.sessionId);
    const session = await tx.lockSession(token.sessionId);
    const now = clock();
    const known = session && (await tx.findToken(token));
    if (!known) return invalidRefreshToken();
    if (!isLive(session, now)) return sessionEnded();

    const deny = (refusal: Refusal) => {
      audit(tx, session, 'DENIED', { reason: refusal.code });
      return refusal;
    };
    if (user?.status !== 'ACTIVE') return deny(accountLocked());
    if (known.use !== null) {
      const { usedAt, successorSalt } = known.use;
      if (!isRepeat(usedAt, now)) {
        // Owner and thief can't be told apart: both must sign in again.
        await endSession(tx, session, { actor: session.ownerId, reason: 'TOKEN_REUSED', now });
        return deny(refreshTokenReused());
      }
      audit(tx, session, 'SUCCESS', { repeated: true });
      const refreshToken = parts.refreshTokens.successorOf(token, successorSalt);
      return { user, refreshToken, at: now };
    }
    const successor = await rotate(parts, tx, token, now);
    await tx.saveSession(keepAlive(session, now));
    audit(tx, session, 'SUCCESS', { repeated: false });
    return { user, refreshToken: successor, at: now };
  });
  return granted instanceof Refusal ? granted : await issueTokens(parts, granted);
}

async function rotate(
  { refreshTokens }: Parts,
  tx: IdentityTransaction,
  token: RefreshToken,
  now: Date,
): Promise<RefreshToken> {
  const salt = makeSalt();
  const successor = refreshTokens.successorOf(token, salt);
  await tx.useToken(token, salt, now);
  await tx.addToken(successor, now);
  return successor;
}

function audit(
  tx: IdentityTransaction,
  { id, ownerId }: Session,
  outcome: 'SUCCESS' | 'DENIED',
  data: Readonly<Record<string, string | boolean>>,
): void {
  tx.audit({ actor: ownerId, action: 'refreshSession', target: id, outcome, data });
}

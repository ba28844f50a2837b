import type { SessionEnd } from '../domain/event.ts';
import type { Session } from '../domain/session.ts';
import type { IdentityTransaction } from '../store/identity.ts';

export interface Ending {
  /** The id of whoever ends it. */
  readonly actor: string;
  readonly reason: SessionEnd;
  readonly now: Date;
}

/** Ends a session that is held and live: its refresh tokens are worth nothing from now on. */
export async function endSession(
  tx: IdentityTransaction,
  session: Session,
  { actor, reason, now }: Ending,
): Promise<void> {
  await tx.saveSession({ ...session, endedAt: now });
  const { id: sessionId, ownerId } = session;
  tx.append(actor, { type: 'session.ended', sessionId, ownerId, reason });
}

/** Ends all of the owner's live sessions, and says how many. */
export async function endSessionsOf(
  tx: IdentityTransaction,
  ownerId: string,
  { actor, reason, now }: Ending,
): Promise<number> {
  const ended = await tx.endLiveSessions(ownerId, now);
  for (const sessionId of ended) {
    tx.append(actor, { type: 'session.ended', sessionId, ownerId, reason });
  }
  return ended.length;
}

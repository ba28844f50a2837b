/** One sign-in, kept alive by refreshing. */
export interface Session {
  readonly id: string;
  readonly ownerId: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** When it ends unless it is refreshed before. */
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

const dayMs = 24 * 60 * 60 * 1000;
const idleMsMax = 7 * dayMs;
const lifeMsMax = 30 * dayMs;
const repeatMsMax = 10_000;

export function startSession(id: string, ownerId: string, now: Date): Session {
  return keepAlive(
    { id, ownerId, createdAt: now, lastSeenAt: now, expiresAt: now, endedAt: null },
    now,
  );
}

export function isLive({ endedAt, expiresAt }: Session, now: Date): boolean {
  return endedAt === null && expiresAt > now;
}

/** The session after a refresh: it lasts another week, but a month in all. */
export function keepAlive(session: Session, now: Date): Session {
  const idleEnd = now.getTime() + idleMsMax;
  const end = session.createdAt.getTime() + lifeMsMax;
  return { ...session, lastSeenAt: now, expiresAt: new Date(Math.min(idleEnd, end)) };
}

/**
 * A refresh token is used once. Again within ten seconds is a client that asked twice, or never got its
 * answer; later somebody has a copy.
 */
export function isRepeat(usedAt: Date, now: Date): boolean {
  return now.getTime() - usedAt.getTime() <= repeatMsMax;
}

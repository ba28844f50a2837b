/** Failed attempts in a row for one address. */
export interface SignInFailures {
  readonly count: number;
  readonly lastAt: Date;
  /** No password is looked at before then. */
  readonly blockedUntil: Date | null;
}

const freeFailures = 4;
const firstWaitMs = 30_000;
const waitMsMax = 15 * 60_000;
/** Failures this long ago count no more. */
export const failuresForgottenMs = 24 * 60 * 60 * 1000;

/**
 * One failure more: from the fifth on each doubles the wait, up to a quarter of an hour. The wait always
 * ends by itself and is not made longer by attempts in it, so nobody is locked out for good.
 */
export function countFailure(before: SignInFailures | null, now: Date): SignInFailures {
  const recent = before !== null && now.getTime() - before.lastAt.getTime() < failuresForgottenMs;
  const count = (recent ? before.count : 0) + 1;
  const doublings = count - freeFailures - 1;
  const waitMs = doublings < 0 ? 0 : Math.min(firstWaitMs * 2 ** doublings, waitMsMax);
  return {
    count,
    lastAt: now,
    blockedUntil: waitMs === 0 ? null : new Date(now.getTime() + waitMs),
  };
}

/** When the next attempt may come, or null when that is now. */
export function nextAttemptAt(failures: SignInFailures | null, now: Date): Date | null {
  const until = failures?.blockedUntil ?? null;
  return until !== null && until > now ? until : null;
}

/** Delays that grow from the first to the largest. */
export interface Backoff {
  readonly firstDelayMs: number;
  readonly factor: number;
  readonly delayMsMax: number;
}

export interface RetryPolicy extends Backoff {
  /** Calls in all, the first one included. */
  readonly attempts: number;
  /** What becomes of the task when they are used up. */
  readonly onExhausted: 'FAIL';
}

/** The delay after the nth try, before any jitter. */
export function delayAfter({ firstDelayMs, factor, delayMsMax }: Backoff, nth: number): number {
  return Math.min(firstDelayMs * factor ** (nth - 1), delayMsMax);
}

/** The delay before the next attempt, spread by `random` (0 to 1) so that callers don't return all at once; null when none is left. */
export function delayBeforeRetry(
  policy: RetryPolicy,
  attempts: number,
  random: number,
): number | null {
  if (attempts >= policy.attempts) return null;
  return Math.round(delayAfter(policy, attempts) * (0.5 + random / 2));
}

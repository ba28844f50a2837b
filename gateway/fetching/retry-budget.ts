export interface RetryBudgetOptions {
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
}

/** One retry for five fetches, so that an outage is not met with twice the load. */
const earnedByFetch = 0.2;
/** Where there is hardly any load, it is not the retries that hurt. */
const earnedBySecond = 5;
/** More than a host has connections: all that goes with a server that dies may go to the next. */
const keptMax = 150;

/** How many fetches may be sent once more: a token bucket. */
export class RetryBudget {
  readonly #now: () => number;
  #kept = keptMax;
  #countedAt: number;

  constructor({ now }: RetryBudgetOptions) {
    this.#now = now;
    this.#countedAt = now();
  }

  /** A fetch was made. */
  earn(): void {
    this.#kept = Math.min(keptMax, this.#kept + earnedByFetch);
  }

  /** Whether there is a retry left; it is taken. */
  spend(): boolean {
    const now = this.#now();
    const earned = ((now - this.#countedAt) / 1_000) * earnedBySecond;
    this.#kept = Math.min(keptMax, this.#kept + earned);
    this.#countedAt = now;
    if (this.#kept < 1) return false;
    this.#kept--;
    return true;
  }
}

export interface CircuitBreakerOptions {
  /** So many failures in a row open it. */
  readonly failuresMax: number;
  /** How long nobody is let through then, and how often one is after that. */
  readonly restMs: number;
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
}

/**
 * Spares whoever fails again and again, and those who would wait for it. While it is open one call
 * is let through at the end of each rest, and the first success closes it. Such a call may hang for
 * longer than a rest, so the next one does not wait for it.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #failures = 0;
  #restsUntil = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#failures >= this.#options.failuresMax;
  }

  /** Whether a call may be made now; its outcome is to be reported. */
  admit(): boolean {
    if (!this.isOpen) return true;
    const now = this.#options.now();
    if (now < this.#restsUntil) return false;
    this.#restsUntil = now + this.#options.restMs;
    return true;
  }

  /** Whether this closed it. */
  succeeded(): boolean {
    const wasOpen = this.isOpen;
    this.#failures = 0;
    return wasOpen;
  }

  /** Whether this opened it. */
  failed(): boolean {
    if (this.isOpen) return false; // one that was let through, or began before it opened
    const { failuresMax, restMs, now } = this.#options;
    this.#failures++;
    this.#restsUntil = now() + restMs;
    return this.#failures === failuresMax;
  }
}

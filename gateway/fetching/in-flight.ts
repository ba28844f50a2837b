/** Fetches that have not ended, by all that makes them equal. */
export class InFlight {
  readonly #answers = new Map<string, Promise<string>>();

  /** The answer to an equal fetch that is under way, or to this one; failures are shared too. */
  async join(key: string, fetch: () => Promise<string>): Promise<string> {
    const known = this.#answers.get(key);
    if (known !== undefined) return await known;
    const answer = fetch();
    this.#answers.set(key, answer);
    try {
      return await answer;
    } finally {
      // What was parted from meanwhile may have a successor of the same key.
      if (this.#answers.get(key) === answer) this.#answers.delete(key);
    }
  }

  /** Nobody joins what is under way now: something changed that it may have read before. */
  part(): void {
    this.#answers.clear();
  }
}

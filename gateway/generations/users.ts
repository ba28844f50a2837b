/** Counts who needs something, and tells when nobody does any more. */
export class Users {
  #count = 0;
  #onNone: (() => void) | undefined;

  /** Returns what ends the need, however often it is called. */
  begin(): () => void {
    this.#count += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#count -= 1;
      if (this.#count === 0) this.#onNone?.();
    };
  }

  /** Comes true as soon as there is none. */
  whenNone(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#count === 0) resolve();
      else this.#onNone = resolve;
    });
  }
}

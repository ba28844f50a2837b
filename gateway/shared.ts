/** One holder's part in what is shared. Disposing it gives it back. */
export interface Share<Value> extends AsyncDisposable {
  readonly value: Value;
}

interface Held<Value> {
  readonly value: Value;
  holders: number;
}

/** What several may hold at once, by key: opened for the first of them, closed after the last. */
export class Shared<Value> {
  readonly #close: (value: Value) => PromiseLike<void> | void;
  readonly #held = new Map<string, Held<Value>>();

  constructor(close: (value: Value) => PromiseLike<void> | void) {
    this.#close = close;
  }

  /** What somebody holds already by that key, or else what `open` gives. */
  take(key: string, open: () => Value): Share<Value> {
    const held = this.#held.get(key) ?? { value: open(), holders: 0 };
    this.#held.set(key, held);
    held.holders += 1;
    let isGivenBack = false;
    return {
      value: held.value,
      [Symbol.asyncDispose]: async () => {
        if (isGivenBack) return;
        isGivenBack = true;
        held.holders -= 1;
        if (held.holders > 0) return;
        this.#held.delete(key);
        await this.#close(held.value);
      },
    };
  }
}

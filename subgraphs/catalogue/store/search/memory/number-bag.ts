/** Numbers without an order, in a typed array that grows. */
export class NumberBag {
  #numbers = new Int32Array(4);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Good until they change. */
  get numbers(): Int32Array {
    return this.#numbers.subarray(0, this.#size);
  }

  add(number: number): void {
    if (this.#size === this.#numbers.length) {
      const grown = new Int32Array(this.#size * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.#size] = number;
    this.#size += 1;
  }

  /** The last one takes its place. */
  delete(number: number): void {
    const place = this.numbers.indexOf(number);
    if (place === -1) return;
    this.#size -= 1;
    this.#numbers[place] = this.#numbers[this.#size] ?? 0;
  }
}

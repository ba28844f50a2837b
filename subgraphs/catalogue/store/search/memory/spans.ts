/** Where the list of each owner is, of lists that lie one after the other in typed arrays. */
export class Spans {
  #starts = new Uint32Array(64);
  #lengths = new Uint32Array(64);
  #end = 0;
  #used = 0;

  /** How many places the lists take, with what they have left behind. */
  get end(): number {
    return this.#end;
  }

  /** How many places are those of lists. */
  get used(): number {
    return this.#used;
  }

  /** Whether most of it is left behind. */
  get isWasteful(): boolean {
    return isMostlyUnused(this.#end, this.#used);
  }

  startOf(owner: number): number {
    return this.#starts[owner] ?? 0;
  }

  endOf(owner: number): number {
    return this.startOf(owner) + (this.#lengths[owner] ?? 0);
  }

  /** Gives an owner a list of another length, and says where: where the last one was, if it fits. */
  place(owner: number, length: number): number {
    if (owner >= this.#starts.length) {
      const size = Math.max(owner + 1, this.#starts.length * 2);
      this.#starts = grown(this.#starts, size);
      this.#lengths = grown(this.#lengths, size);
    }
    const before = this.#lengths[owner] ?? 0;
    if (length > before) {
      this.#starts[owner] = this.#end;
      this.#end += length;
    }
    this.#used += length - before;
    this.#lengths[owner] = length;
    return this.startOf(owner);
  }
}

/** Whether so little is used that a copy of it is worth its while. */
export function isMostlyUnused(size: number, used: number): boolean {
  return size > 2 * used + 10_000;
}

/** A larger copy. */
export function grown<List extends Uint32Array | Float64Array>(list: List, size: number): List {
  const copy = new (list.constructor as new (size: number) => List)(size);
  copy.set(list);
  return copy;
}

import type { FetchNode } from '@apollo/query-planner';
import type { Slots } from './values.ts';

/** Where objects at one place of an answer keep their fields, whichever fetches these come from. */
export class Layout {
  readonly #slots = new Map<string, Slot>();

  constructor() {
    this.slot('__typename');
  }

  /** The slot of the key; it is made if there is none yet. */
  slot(key: string): Slot {
    let slot = this.#slots.get(key);
    if (!slot) {
      slot = new Slot(this.#slots.size);
      this.#slots.set(key, slot);
    }
    return slot;
  }

  /** The slot of the key, if a fetch asks for it. */
  find(key: string): Slot | undefined {
    return this.#slots.get(key);
  }

  /** An object of which nothing is known yet. Only once all the slots are there. */
  blank(): Slots {
    return Array.from(this.#slots, () => undefined);
  }
}

export class Slot {
  /** Its place in an object. */
  readonly index: number;
  /** Which fetches fill it with objects. */
  readonly objectsFrom = new Set<FetchNode>();
  #inner: Layout | undefined;

  constructor(index: number) {
    this.index = index;
  }

  /** What the objects in it look like. */
  get inner(): Layout {
    this.#inner ??= new Layout();
    return this.#inner;
  }
}

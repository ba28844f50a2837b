import { Bits } from './bits.ts';
import { NumberBag } from './number-bag.ts';

/** The products that have a fact: a list while they are few, a bit for each that there may be once that is less. */
export class Holders {
  #few: NumberBag | null = new NumberBag();
  readonly #many = new Bits();
  #last = 0;

  /** About how many steps it takes to go through them. */
  get cost(): number {
    return this.#few?.size ?? this.#many.words.length;
  }

  add(product: number): void {
    if (this.#few === null) {
      this.#many.add(product);
      return;
    }
    this.#few.add(product);
    this.#last = Math.max(this.#last, product);
    if (this.#few.size <= this.#last / 32) return;
    for (const each of this.#few.numbers) this.#many.add(each);
    this.#few = null;
  }

  delete(product: number): void {
    if (this.#few === null) this.#many.delete(product);
    else this.#few.delete(product);
  }

  addTo(products: Bits): void {
    if (this.#few === null) products.addAll(this.#many);
    else for (const each of this.#few.numbers) products.add(each);
  }

  /** How many of them are among others. */
  countIn(products: Bits): number {
    if (this.#few === null) return this.#many.sizeWith(products);
    let count = 0;
    for (const each of this.#few.numbers) if (products.has(each)) count += 1;
    return count;
  }
}

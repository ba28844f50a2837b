import { wholeOf, type Matching } from './matching.ts';
import { OfferReader } from './offer-reader.ts';
import type { ProductTable } from './product-table.ts';
import type { Question } from './question.ts';

/** A page of a list that is ordered by price. */
export interface PricePage {
  /** Whether a product stands where the dearest of its variants that pass does, rather than the cheapest. */
  readonly isByDearest: boolean;
  /** Whether prices rise along the page. */
  readonly rises: boolean;
  /** The price where it begins; null at the end of the list. */
  readonly from: number | null;
  readonly limit: number;
}

/**
 * Products among which are all that the page holds: those with the nearest prices beyond its beginning, and
 * those with just the price of it. Floats stand for decimals here: these keep their order, but two that differ
 * in their last digits may become one.
 */
export function pricePageCandidates(
  table: ProductTable,
  question: Question,
  matching: Matching,
  { isByDearest, rises, from, limit }: PricePage,
): number[] {
  const sign = rises ? 1 : -1;
  const start = from === null ? -Infinity : from * sign;
  const nearest = new Nearest(limit);
  const found: { readonly product: number; readonly key: number }[] = [];
  const best = bestPriceReader(table, question, isByDearest);
  wholeOf(matching).forEach((product) => {
    const key = best(product) * sign;
    if (key < start || key > nearest.last) return;
    found.push({ product, key });
    if (key > start || from === null) nearest.add(key);
  });
  return found.filter(({ key }) => key <= nearest.last).map(({ product }) => product);
}

/** Of the variants of a product that pass; beyond all where none of them has a price. */
function bestPriceReader(
  { offers }: ProductTable,
  question: Question,
  isByDearest: boolean,
): (product: number) => number {
  const reader = new OfferReader(offers, question);
  return (product) => {
    let best = isByDearest ? -Infinity : Infinity;
    const end = offers.spans.endOf(product);
    for (let place = offers.spans.startOf(product); place < end; place += 1) {
      if (reader.failedAt(place) !== 0) continue;
      const amount = reader.amountAt(place);
      if (isByDearest ? amount > best : amount < best) best = amount;
    }
    return best;
  };
}

/** The least of the numbers that it is shown, up to a count. */
class Nearest {
  /** The greatest of them, once they are as many. */
  last = Infinity;
  readonly #count: number;
  readonly #keys: number[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  add(key: number): void {
    let place = this.#keys.length;
    while (place > 0 && (this.#keys[place - 1] ?? 0) > key) place -= 1;
    this.#keys.splice(place, 0, key);
    if (this.#keys.length > this.#count) this.#keys.pop();
    if (this.#keys.length === this.#count) this.last = this.#keys.at(-1) ?? Infinity;
  }
}

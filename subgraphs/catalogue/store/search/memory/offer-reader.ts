import type { OfferTable } from './offer-table.ts';
import { isByVariant, type Question } from './question.ts';

/** Reads offers as a question sees them: which of its filters an offer fails, a bit each. */
export class OfferReader {
  /** Set where the price is not within its bounds, or doesn't hold. */
  readonly priceBit: number;
  readonly #offers: OfferTable;
  readonly #price: Question['price'];
  readonly #filters: readonly { readonly bit: number; readonly met: ReadonlySet<number> }[];
  /** By choice, once it was looked at. */
  readonly #failedBy: Int32Array;
  /** By term. */
  readonly #holds: readonly boolean[];

  constructor(offers: OfferTable, { filters, price, currency, now }: Question) {
    this.#offers = offers;
    this.#price = price;
    this.priceBit = 1 << filters.length;
    this.#filters = filters.flatMap((filter, index) =>
      isByVariant(filter) ? [{ bit: 1 << index, met: new Set(filter.places) }] : [],
    );
    this.#failedBy = new Int32Array(offers.choices.length).fill(-1);
    this.#holds = offers.terms.map(
      (term) => term.currency === currency && term.from <= now && now < term.until,
    );
  }

  failedAt(place: number): number {
    const choice = this.#offers.choiceAt(place);
    const known = this.#failedBy[choice] ?? -1;
    const failed = known === -1 ? this.#failedOf(choice) : known;
    return this.#price === null || this.#isWithin(this.#price, place)
      ? failed
      : failed | this.priceBit;
  }

  /** NaN where none holds now, in the question's currency. */
  amountAt(place: number): number {
    return this.#holds[this.#offers.termAt(place)] === true
      ? this.#offers.amountAt(place)
      : Number.NaN;
  }

  #failedOf(choice: number): number {
    const facts = this.#offers.choices[choice] ?? [];
    let failed = 0;
    for (const { bit, met } of this.#filters)
      if (!facts.some((fact) => met.has(fact))) failed |= bit;
    this.#failedBy[choice] = failed;
    return failed;
  }

  #isWithin({ min, max }: { readonly min: number; readonly max: number }, place: number): boolean {
    const amount = this.amountAt(place);
    return amount >= min && amount <= max;
  }
}

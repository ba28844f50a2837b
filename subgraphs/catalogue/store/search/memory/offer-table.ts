import { grown, isMostlyUnused, Spans } from './spans.ts';

/** A variant on sale for a time, at a price. */
export interface OfferEntry {
  /** The places of its options' values, and of its stock. */
  readonly facts: readonly number[];
  readonly currency: string;
  /** In milliseconds; the ends of time are infinite. */
  readonly from: number;
  readonly until: number;
  /** Of a month; null where there is none. */
  readonly amount: number | null;
}

/** When, and in which currency, an offer holds. */
export type Term = Pick<OfferEntry, 'currency' | 'from' | 'until'>;

/**
 * The offers of products. What many share, the choice of facts and the terms, is kept once, so that a search looks
 * at each only once.
 */
export class OfferTable {
  readonly choices: (readonly number[])[] = [];
  readonly terms: Term[] = [];
  readonly spans = new Spans();
  #choiceOf = new Uint32Array(64);
  #termOf = new Uint32Array(64);
  #amountOf = new Float64Array(64);
  readonly #known = new Map<string, number>();

  /** Whether most of what it holds was of offers before. */
  get isWasteful(): boolean {
    const { isWasteful, used } = this.spans;
    const shared = Math.max(this.choices.length, this.terms.length);
    return isWasteful || isMostlyUnused(shared, used);
  }

  put(product: number, offers: readonly OfferEntry[]): void {
    let place = this.spans.place(product, offers.length);
    this.#reach(this.spans.end);
    for (const { facts, currency, from, until, amount } of offers) {
      this.#choiceOf[place] = this.#shared(this.choices, facts, facts.join());
      const term = { currency, from, until };
      this.#termOf[place] = this.#shared(this.terms, term, `${currency} ${from} ${until}`);
      this.#amountOf[place] = amount ?? Number.NaN;
      place += 1;
    }
  }

  /** The place of its facts in `choices`. */
  choiceAt(place: number): number {
    return this.#choiceOf[place] ?? 0;
  }

  /** The place of its terms in `terms`. */
  termAt(place: number): number {
    return this.#termOf[place] ?? 0;
  }

  /** NaN where there is none. */
  amountAt(place: number): number {
    return this.#amountOf[place] ?? Number.NaN;
  }

  entriesOf(product: number): OfferEntry[] {
    const entries: OfferEntry[] = [];
    for (let at = this.spans.startOf(product); at < this.spans.endOf(product); at += 1) {
      const [facts, term] = [this.choices[this.choiceAt(at)], this.terms[this.termAt(at)]];
      const amount = this.amountAt(at);
      if (facts === undefined || term === undefined) continue;
      entries.push({ facts, ...term, amount: Number.isNaN(amount) ? null : amount });
    }
    return entries;
  }

  #shared<Value>(values: Value[], value: Value, key: string): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, values.length);
    return values.push(value) - 1;
  }

  #reach(size: number): void {
    if (size <= this.#amountOf.length) return;
    const length = Math.max(size, this.#amountOf.length * 2);
    this.#choiceOf = grown(this.#choiceOf, length);
    this.#termOf = grown(this.#termOf, length);
    this.#amountOf = grown(this.#amountOf, length);
  }
}

import type { ProductStatus } from '../../../domain/product.ts';
import { Bits } from './bits.ts';
import { Holders } from './holders.ts';
import { OfferTable, type OfferEntry } from './offer-table.ts';
import { grown, Spans } from './spans.ts';

/** A product as searches filter and count it. */
export interface ProductEntry {
  readonly number: number;
  readonly status: ProductStatus;
  /** Whether more than one option tells its variants apart. */
  readonly isManyfold: boolean;
  /** The places of its facts, with those of its variants' options. */
  readonly facts: readonly number[];
  readonly offers: readonly OfferEntry[];
}

/** All products by number, each with its facts, and all facts, each with its products. */
export class ProductTable {
  /** Grows with every change. */
  version = 0;
  readonly manyfold = new Bits();
  readonly offers = new OfferTable();
  readonly #byStatus = new Map<ProductStatus, StatusTable>();
  readonly #holders: Holders[] = [];
  readonly #spans = new Spans();
  #factAt = new Uint32Array(64);

  put({ number, status, isManyfold, facts, offers }: ProductEntry): void {
    this.version += 1;
    const before = this.#statusOf(number);
    const old = this.factsOf(number);
    for (const fact of old) before?.count(fact, -1);
    before?.products.delete(number);
    const own = this.#statusTable(status);
    own.products.add(number);
    for (const fact of facts) own.count(fact, 1);

    const [gone, fresh] = [new Set(old), new Set(facts)];
    for (const fact of gone.difference(fresh)) this.#holders[fact]?.delete(number);
    for (const fact of fresh.difference(gone)) this.#holdersOf(fact).add(number);
    const start = this.#spans.place(number, facts.length);
    if (this.#spans.end > this.#factAt.length) {
      this.#factAt = grown(this.#factAt, Math.max(this.#spans.end, this.#factAt.length * 2));
    }
    this.#factAt.set(facts, start);
    if (isManyfold) this.manyfold.add(number);
    else this.manyfold.delete(number);
    this.offers.put(number, offers);
  }

  remove(number: number): void {
    const status = this.#statusOf(number);
    if (status === undefined) return;
    this.version += 1;
    for (const fact of this.factsOf(number)) {
      status.count(fact, -1);
      this.#holders[fact]?.delete(number);
    }
    status.products.delete(number);
    this.manyfold.delete(number);
    this.#spans.place(number, 0);
    this.offers.put(number, []);
  }

  /** Good until the table changes. */
  factsOf(number: number): Uint32Array {
    return this.#factAt.subarray(this.#spans.startOf(number), this.#spans.endOf(number));
  }

  /** All that have at least one of these facts. */
  holdersOfAny(facts: readonly number[]): Bits {
    const holders = new Bits();
    for (const fact of facts) this.#holders[fact]?.addTo(holders);
    return holders;
  }

  /** How many of some products have a fact. */
  countHolders(fact: number, products: Bits): number {
    return this.#holders[fact]?.countIn(products) ?? 0;
  }

  /** About how many steps it takes to count the holders of facts. */
  costOfHolders(facts: readonly number[]): number {
    return facts.reduce((cost, fact) => cost + (this.#holders[fact]?.cost ?? 0), 0);
  }

  /** Those of some statuses. */
  productsOf(statuses: readonly ProductStatus[]): Bits {
    const products = new Bits();
    for (const status of statuses) products.addAll(this.#statusTable(status).products);
    return products;
  }

  /** By the place of each fact, how many products of some statuses have it. */
  countsOf(statuses: readonly ProductStatus[]): Uint32Array {
    const counts = new Uint32Array(this.#holders.length);
    for (const status of statuses) {
      for (const [fact, count] of this.#statusTable(status).counts.entries()) {
        counts[fact] = (counts[fact] ?? 0) + count;
      }
    }
    return counts;
  }

  /** Itself, or a copy once most of its memory holds what was before. */
  compacted(): ProductTable {
    if (!this.#spans.isWasteful && !this.offers.isWasteful) return this;
    const copy = new ProductTable();
    for (const [status, { products }] of this.#byStatus) {
      products.forEach((number) => {
        const isManyfold = this.manyfold.has(number);
        const facts = [...this.factsOf(number)];
        copy.put({ number, status, isManyfold, facts, offers: this.offers.entriesOf(number) });
      });
    }
    return copy;
  }

  #holdersOf(fact: number): Holders {
    while (this.#holders.length <= fact) this.#holders.push(new Holders());
    return this.#holders[fact] ?? new Holders();
  }

  #statusOf(number: number): StatusTable | undefined {
    for (const table of this.#byStatus.values()) if (table.products.has(number)) return table;
    return undefined;
  }

  #statusTable(status: ProductStatus): StatusTable {
    const known = this.#byStatus.get(status);
    if (known !== undefined) return known;
    const table = new StatusTable();
    this.#byStatus.set(status, table);
    return table;
  }
}

/** The products of a status, and how many of them have each fact. */
class StatusTable {
  readonly products = new Bits();
  readonly counts: number[] = [];

  count(fact: number, change: number): void {
    while (this.counts.length <= fact) this.counts.push(0);
    this.counts[fact] = (this.counts[fact] ?? 0) + change;
  }
}

import { Bits } from './bits.ts';
import { OfferReader } from './offer-reader.ts';
import type { ProductTable } from './product-table.ts';
import { isByVariant, type PlacedFilter, type Question } from './question.ts';

/**
 * Which products meet all filters, and which fail a single one, so that they count in its facet alone.
 * Options, stock and price are met by one variant together. Where one such fact alone tells a product's
 * variants apart, and no price is asked for, its own facts say it all; of the others the offers are looked at.
 */
export interface Matching extends Outcomes {
  /** Of the table that was matched: it may change while something else is awaited. */
  readonly version: number;
}

interface Outcomes {
  /** By the product's own facts. */
  readonly flat: Outcome;
  /** By the offers. */
  readonly deep: Outcome;
  /** Whose offers had to be looked at, by the product's own facts. */
  readonly near: Outcome;
}

export interface Outcome {
  readonly whole: Bits;
  /** For each filter, those that fail it alone. */
  readonly missing: readonly Bits[];
}

export function match(table: ProductTable, question: Question): Matching {
  return { version: table.version, ...outcomesOf(table, question) };
}

function outcomesOf(table: ProductTable, question: Question): Outcomes {
  const { base, filters, price } = question;
  const own = ownFactsOutcome(table, base, filters);
  if (price === null && !filters.some(isByVariant)) {
    return { flat: own, deep: emptyOutcome(question), near: emptyOutcome(question) };
  }
  if (price === null && filters.filter(isByVariant).length === 1) {
    return byOneFactOfVariants(table, own, question);
  }
  const isDeep = price === null ? table.manyfold : base;
  const near = mapped(own, (bits) => bits.intersection(isDeep));
  return {
    flat: mapped(own, (bits) => bits.difference(isDeep)),
    deep: offersOutcome(table, question, near),
    near,
  };
}

/** What meets a single such filter, a variant of it does; which other facts this one has, its offers tell. */
function byOneFactOfVariants(
  table: ProductTable,
  { whole, missing }: Outcome,
  question: Question,
): Outcomes {
  const deep = { ...emptyOutcome(question), whole: whole.intersection(table.manyfold) };
  return { flat: { whole: whole.difference(table.manyfold), missing }, deep, near: deep };
}

/** All that meets every filter. */
export function wholeOf({ flat, deep }: Matching): Bits {
  const whole = new Bits();
  whole.addAll(flat.whole);
  whole.addAll(deep.whole);
  return whole;
}

/** Visits the offers of products that fail at most one filter, with all that each offer fails. */
export function visitOffers(
  { offers }: ProductTable,
  { filters }: Question,
  { whole, missing }: Outcome,
  reader: OfferReader,
  visit: (product: number, place: number, failed: number) => void,
): void {
  const visitAll = (products: Bits, failedAnyway: number) => {
    products.forEach((product) => {
      const end = offers.spans.endOf(product);
      for (let place = offers.spans.startOf(product); place < end; place += 1) {
        visit(product, place, failedAnyway | reader.failedAt(place));
      }
    });
  };
  visitAll(whole, 0);
  for (const [index, products] of missing.entries()) {
    const filter = filters[index];
    // What a product lacks of what its variants have, its offers lack, too.
    if (filter !== undefined) visitAll(products, isByVariant(filter) ? 0 : 1 << index);
  }
}

/** Whether it is one filter at most. */
export function isOneAtMost(failed: number): boolean {
  return (failed & (failed - 1)) === 0;
}

function ownFactsOutcome(
  table: ProductTable,
  base: Bits,
  filters: readonly PlacedFilter[],
): Outcome {
  const met = filters.map(({ places }) => table.holdersOfAny(places));
  const outcome = { whole: base.emptied(), missing: filters.map(() => base.emptied()) };
  for (let word = 0; word < base.words.length; word += 1) {
    const listed = base.wordAt(word);
    if (listed === 0) continue;
    let [failed, failedAgain] = [0, 0];
    for (const bits of met) {
      const fails = listed & ~bits.wordAt(word);
      failedAgain |= failed & fails;
      failed |= fails;
    }
    outcome.whole.words[word] = listed & ~failed;
    for (const [index, bits] of outcome.missing.entries()) {
      bits.words[word] = listed & ~(met[index]?.wordAt(word) ?? 0) & ~failedAgain;
    }
  }
  return outcome;
}

function offersOutcome(table: ProductTable, question: Question, near: Outcome): Outcome {
  const outcome = emptyOutcome(question);
  const reader = new OfferReader(table.offers, question);
  visitOffers(table, question, near, reader, (product, _place, failed) => {
    if (failed === 0) outcome.whole.add(product);
    else if (isOneAtMost(failed)) outcome.missing[31 - Math.clz32(failed)]?.add(product);
  });
  return { ...outcome, missing: outcome.missing.map((bits) => bits.difference(outcome.whole)) };
}

function emptyOutcome({ base, filters }: Question): Outcome {
  return { whole: base.emptied(), missing: filters.map(() => base.emptied()) };
}

function mapped({ whole, missing }: Outcome, change: (bits: Bits) => Bits): Outcome {
  return { whole: change(whole), missing: missing.map(change) };
}

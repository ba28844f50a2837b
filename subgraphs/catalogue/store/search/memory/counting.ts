import { isOfVariants } from '../../../domain/filter.ts';
import { Bits } from './bits.ts';
import type { FactDictionary } from './fact-dictionary.ts';
import { isOneAtMost, visitOffers, type Matching } from './matching.ts';
import { OfferReader } from './offer-reader.ts';
import type { ProductTable } from './product-table.ts';
import { isByVariant, type Question } from './question.ts';

/** A product has about as many. */
const factsOfOne = 20;

/** By the place of each fact, how many products have it: in the facet of a filter also those that fail it alone. */
export function countFacts(
  table: ProductTable,
  dictionary: FactDictionary,
  question: Question,
  matching: Matching,
): Uint32Array {
  const counts = new Uint32Array(dictionary.facts.length);
  const { flat, deep } = matching;
  const add = (fact: number) => {
    counts[fact] = (counts[fact] ?? 0) + 1;
  };
  const areOfVariants = dictionary.facts.map(({ source }) => isOfVariants(source));
  flat.whole.forEach((product) => {
    for (const fact of table.factsOf(product)) add(fact);
  });
  deep.whole.forEach((product) => {
    for (const fact of table.factsOf(product)) if (areOfVariants[fact] !== true) add(fact);
  });
  for (const [index, filter] of question.filters.entries()) {
    const missing = new Bits();
    for (const { missing: own } of isByVariant(filter) ? [flat] : [flat, deep]) {
      const products = own[index];
      if (products !== undefined) missing.addAll(products);
    }
    countOwn(table, dictionary.namedBy(filter.filter), missing, counts);
  }
  countFactsOfOffers(table, dictionary, question, matching, add);
  return counts;
}

/** Counts facts of one name in some products: by way of these, or of the facts, whichever takes less. */
function countOwn(
  table: ProductTable,
  named: readonly number[],
  products: Bits,
  counts: Uint32Array,
): void {
  if (table.costOfHolders(named) < products.size * factsOfOne) {
    for (const fact of named) {
      counts[fact] = (counts[fact] ?? 0) + table.countHolders(fact, products);
    }
    return;
  }
  const isNamed = new Set(named);
  products.forEach((product) => {
    for (const fact of table.factsOf(product)) {
      if (isNamed.has(fact)) counts[fact] = (counts[fact] ?? 0) + 1;
    }
  });
}

/** Each fact once for a product, however many of its offers have it. */
function countFactsOfOffers(
  table: ProductTable,
  dictionary: FactDictionary,
  question: Question,
  { near }: Matching,
  add: (fact: number) => void,
): void {
  const reader = new OfferReader(table.offers, question);
  const lastCounted = new Int32Array(dictionary.facts.length).fill(-1);
  const own = question.filters.map(({ filter }) => new Set(dictionary.namedBy(filter)));
  visitOffers(table, question, near, reader, (product, place, failed) => {
    if (!isOneAtMost(failed) || failed === reader.priceBit) return;
    const counted = failed === 0 ? null : own[31 - Math.clz32(failed)];
    for (const fact of table.offers.choices[table.offers.choiceAt(place)] ?? []) {
      if (lastCounted[fact] === product || counted?.has(fact) === false) continue;
      lastCounted[fact] = product;
      add(fact);
    }
  });
}

/** The least and the greatest price of the variants that meet all else; null when none has a price. */
export function priceExtremes(
  table: ProductTable,
  question: Question,
  { flat, near }: Matching,
): { readonly min: number; readonly max: number } | null {
  const reader = new OfferReader(table.offers, question);
  let [min, max] = [Infinity, -Infinity];
  const look = (_product: number, place: number, failed: number) => {
    if (failed !== 0 && failed !== reader.priceBit) return;
    const amount = reader.amountAt(place);
    if (amount < min) min = amount;
    if (amount > max) max = amount;
  };
  visitOffers(table, question, near, reader, look);
  visitOffers(table, question, { whole: flat.whole, missing: [] }, reader, look);
  return max === -Infinity ? null : { min, max };
}

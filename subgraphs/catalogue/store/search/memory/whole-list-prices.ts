import type { ProductStatus } from '../../../domain/product.ts';
import { priceExtremes } from './counting.ts';
import type { Matching } from './matching.ts';
import type { Term } from './offer-table.ts';
import type { ProductTable } from './product-table.ts';
import type { Question } from './question.ts';

type Extremes = ReturnType<typeof priceExtremes>;

interface Known {
  readonly version: number;
  /** From when, and until when no offer begins or ends. */
  readonly from: number;
  readonly until: number;
  readonly extremes: Extremes;
}

const known = new WeakMap<ProductTable, Map<string, Known>>();

/**
 * The extremes of the prices of all products of some statuses: looked for among all offers there are, and so kept
 * until a product changes, or an offer begins or ends.
 */
export function wholeListPrices(
  table: ProductTable,
  statuses: readonly ProductStatus[],
  question: Question,
  matching: Matching,
): Extremes {
  const { currency, now } = question;
  const { version } = matching;
  const ofTable = known.get(table) ?? new Map<string, Known>();
  known.set(table, ofTable);
  const key = [currency, ...statuses].join();
  const before = ofTable.get(key);
  if (before?.version === version && before.from <= now && now < before.until) {
    return before.extremes;
  }
  const extremes = priceExtremes(table, question, matching);
  const until = nextEdge(table.offers.terms, now);
  ofTable.set(key, { version, from: now, until, extremes });
  return extremes;
}

function nextEdge(terms: readonly Term[], now: number): number {
  const edges = terms.flatMap(({ from, until }) => [from, until]).filter((edge) => edge > now);
  return edges.reduce((first, edge) => Math.min(first, edge), Infinity);
}

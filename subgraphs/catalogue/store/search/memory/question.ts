import { isOfVariants, type FactFilter } from '../../../domain/filter.ts';
import type { Bits } from './bits.ts';

/** What of a search is compared in memory. */
export interface Question {
  /** What the list is whatever it is filtered by. */
  readonly base: Bits;
  readonly filters: readonly PlacedFilter[];
  /** Bounds of the price, if there are any. */
  readonly price: { readonly min: number; readonly max: number } | null;
  readonly currency: string;
  /** In milliseconds. */
  readonly now: number;
}

/** A filter by facts, with the places of the facts that meet it. */
export interface PlacedFilter {
  readonly filter: FactFilter;
  readonly places: readonly number[];
}

/** Whether one variant has to meet it together with all others such. */
export function isByVariant({ filter }: PlacedFilter): boolean {
  return isOfVariants(filter.source);
}

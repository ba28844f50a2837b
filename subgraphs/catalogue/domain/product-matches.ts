import type { Facet } from './facet.ts';
import type { Place } from './place.ts';
import type { Product } from './product.ts';

/** The products that a search finds. Each of these throws BadInput for a filter by a name that nothing has. */
export interface ProductMatches {
  page(page: SearchPage): Promise<FoundProduct[]>;
  count(): Promise<number>;
  /** Of these names, or of all that the products have. */
  facets(names: readonly string[] | null): Promise<Facet[]>;
  /** The query as it was probably meant, when some of it is known to no product. */
  didYouMean(): Promise<string | null>;
}

/** What somebody who has begun to type may be about to. */
export interface Suggestion {
  readonly text: string;
  /** Set when the text is its name. */
  readonly product: Product | null;
}

export interface SearchPage {
  /** Where it begins, or, backwards, ends; that place itself is not on it. */
  readonly from: Place | null;
  /** Backwards the nearest comes first. */
  readonly backwards: boolean;
  /** Products at most. */
  readonly limit: number;
}

export interface FoundProduct {
  readonly product: Product;
  readonly place: Place;
}

import type { PriceStore } from './store/prices.ts';
import type { ProductStore } from './store/products.ts';
import type { SearchEngine } from './store/search/engine.ts';
import type { VariantStore } from './store/variants.ts';

/** What the house is built from. Tests put in their own. */
export interface Parts {
  readonly products: ProductStore;
  readonly variants: VariantStore;
  readonly prices: PriceStore;
  readonly search: SearchEngine;
  readonly clock: () => Date;
  /** What a price is given in when nobody names a currency. */
  readonly shopCurrency: string;
}

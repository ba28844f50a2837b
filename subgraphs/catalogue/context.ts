import type { Principal } from '#auth';
import { countProducts, searchProducts } from './actions/search-products.ts';
import type { Place } from './domain/place.ts';
import type { Buyer } from './domain/price.ts';
import type { ProductSearch } from './domain/search.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { Parts } from './parts.ts';
import type { FoundProduct } from './store/search.ts';

/** What the resolvers of one request see: the caller is bound already. */
export interface CatalogueContext {
  readonly loaders: Loaders;
  readonly actions: {
    searchProducts(
      search: ProductSearch,
      after: Place | null,
      limit: number,
    ): Promise<FoundProduct[]>;
    countProducts(search: ProductSearch): Promise<number>;
  };
  /** What a buyer is without being asked; all prices of a request are of the same instant. */
  readonly buyer: Pick<Buyer, 'now' | 'shopCurrency'>;
}

export function createContext(parts: Parts, caller: Principal): CatalogueContext {
  return {
    loaders: createLoaders(parts, caller),
    actions: {
      searchProducts: (search, after, limit) => searchProducts(parts, caller, search, after, limit),
      countProducts: (search) => countProducts(parts, caller, search),
    },
    buyer: { now: parts.clock(), shopCurrency: parts.shopCurrency },
  };
}

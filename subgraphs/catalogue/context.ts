import type { Principal } from '#auth';
import type { Buyer } from './domain/price.ts';
import type { ProductMatches } from './domain/product-matches.ts';
import type { ProductSearch } from './domain/search.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { Parts } from './parts.ts';

/** What the resolvers of one request see: the caller is bound already. */
export interface CatalogueContext {
  readonly loaders: Loaders;
  readonly searchProducts: (search: ProductSearch) => ProductMatches;
  /** What a buyer is without being asked; all prices of a request are of the same instant. */
  readonly buyer: Pick<Buyer, 'now' | 'shopCurrency'>;
}

export function createContext(parts: Parts, caller: Principal): CatalogueContext {
  return {
    loaders: createLoaders(parts, caller),
    searchProducts: (search) => parts.search.search(caller, search),
    buyer: { now: parts.clock(), shopCurrency: parts.shopCurrency },
  };
}

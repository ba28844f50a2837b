import type { Bell, Streams } from '#events';
import type { CategoryStore } from './store/categories.ts';
import type { CategoryTree } from './store/category-tree.ts';
import type { HistoryStore } from './store/history.ts';
import type { ImportFileStore } from './store/import-files.ts';
import type { ImportStore } from './store/imports.ts';
import type { ProductPartStore } from './store/parts-of-products.ts';
import type { PriceStore } from './store/prices.ts';
import type { ProductEdits } from './store/product-edits.ts';
import type { ProductStore } from './store/products.ts';
import type { SearchEngine } from './store/search/engine.ts';
import type { VariantStore } from './store/variants.ts';

/** What the house is built from. Tests put in their own. */
export interface Parts {
  readonly products: ProductStore;
  readonly variants: VariantStore;
  readonly prices: PriceStore;
  readonly categories: CategoryStore;
  readonly categoryTree: CategoryTree;
  readonly productParts: ProductPartStore;
  readonly productEdits: ProductEdits;
  readonly history: HistoryStore;
  readonly search: SearchEngine;
  readonly imports: ImportStore;
  readonly importFiles: ImportFileStore;
  /** The hosts whose files may be imported. */
  readonly importHosts: readonly string[];
  /** Rings when something that is watched has changed. */
  readonly bell: Bell;
  /** What was told of products, one by one. */
  readonly streams: Streams;
  /** Aborted when the process stops: no subscription outlives it. */
  readonly signal: AbortSignal;
  readonly clock: () => Date;
  /** What a price is given in when nobody names a currency. */
  readonly shopCurrency: string;
}

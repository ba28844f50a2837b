import type { CategoryPath } from './category.ts';
import type { Price } from './price.ts';
import type { BundleItem, Media, ProductRelation, Translation } from './product-parts.ts';
import type { Characteristic, Product, ProductOption, Variant } from './product.ts';

/** A product with all its parts, as a source describes it. */
export interface ProductRecord extends Omit<Product, 'id' | 'version' | 'createdAt' | 'updatedAt'> {
  readonly characteristics: readonly Characteristic[];
  /** Those that it is in itself. */
  readonly categoryIds: readonly string[];
  /** More of them, as a source names them: those that there aren't are made. */
  readonly categoryPaths: readonly CategoryPath[];
  readonly media: readonly Media[];
  /** These are made by editors alone: no source tells of them. */
  readonly translations: readonly Translation[];
  readonly relations: readonly ProductRelation[];
  readonly bundleItems: readonly BundleItem[];
  readonly options: readonly ProductOption[];
  readonly variants: readonly VariantRecord[];
}

export interface VariantRecord extends Omit<Variant, 'id' | 'productId' | 'version'> {
  readonly prices: readonly PriceRecord[];
}

export type PriceRecord = Omit<Price, 'id'>;

/** Of a product that has none. */
export const noParts = {
  categoryIds: [],
  categoryPaths: [],
  media: [],
  translations: [],
  relations: [],
  bundleItems: [],
} as const;

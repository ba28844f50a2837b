import type { Price } from './price.ts';
import type { Characteristic, Product, ProductOption, Variant } from './product.ts';

/** A product with all its parts, as a source describes it. */
export interface ProductRecord extends Omit<Product, 'id' | 'version' | 'createdAt' | 'updatedAt'> {
  readonly characteristics: readonly Characteristic[];
  readonly options: readonly ProductOption[];
  readonly variants: readonly VariantRecord[];
}

export interface VariantRecord extends Omit<Variant, 'id' | 'productId' | 'version'> {
  readonly prices: readonly PriceRecord[];
}

export type PriceRecord = Omit<Price, 'id'>;

import type { Product } from './product.ts';

/** One message to who watches products. */
export interface ProductUpdate {
  /** To resume after this update. */
  readonly cursor: string;
  readonly at: Date;
  readonly productId: string;
  /** As it is now, which may be later than the change. Null where the caller may not see it. */
  readonly product: Product | null;
}

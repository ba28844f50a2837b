import type { CloudEvent, NewEvent } from '#events';
import type { Transaction } from '../store/database.ts';
import type { ProvisioningStore } from '../store/store.ts';

/**
 * Gives each variant of the products that the catalogue tells of a stock level, if it has none, and answers
 * with what is available of each: the catalogue may not have known the variant when that was told before.
 */
export async function stockProducts(
  { store, clock }: { readonly store: ProvisioningStore; readonly clock: () => Date },
  tx: Transaction,
  events: readonly CloudEvent[],
  append: (event: NewEvent) => void,
  onHand: number | null,
): Promise<void> {
  const saved = events.filter(({ type }) => type === 'product.saved');
  const products = saved.map(skusOf).filter((skus) => skus.length > 0);
  if (products.length > 0)
    await store.stockProducts(tx, append, { products, onHand, now: clock() });
}

function skusOf({ data: { skus } }: CloudEvent): readonly string[] {
  if (Array.isArray(skus) && skus.every((sku) => typeof sku === 'string')) return skus;
  throw new TypeError('product.saved: data.skus is not a list of SKUs');
}

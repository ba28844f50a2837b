import type { CloudEvent } from '#events';
import type { Transaction } from '../store/database.ts';
import type { ProvisioningStore } from '../store/store.ts';

/** Gives each variant of a product that the catalogue tells of a stock level, if it has none. */
export async function stockProduct(
  { store, clock }: { readonly store: ProvisioningStore; readonly clock: () => Date },
  tx: Transaction,
  { type, data: { skus } }: CloudEvent,
  onHand: number,
): Promise<void> {
  if (type !== 'product.saved') return;
  if (!Array.isArray(skus) || !skus.every((sku) => typeof sku === 'string')) {
    throw new TypeError('product.saved: data.skus is not a list of SKUs');
  }
  await store.insertStock(tx, skus, onHand, clock());
}

import { Refusal } from '#errors';
import { SkuTaken } from '../store/saving-variants.ts';

/** Does the work; a SKU that another product has refuses it, and the path says which of those given it is. */
export async function refusingTakenSkus<Answer>(
  variants: readonly { readonly sku: string }[],
  work: () => Promise<Answer>,
): Promise<Answer | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SkuTaken)) throw error;
    const index = variants.findIndex(({ sku }) => sku === error.sku);
    return new Refusal(error.code, error.message, ['variants', `${index}`, 'sku']);
  }
}

import { NotFound } from '#errors';
import { BadInput } from '#errors';
import { checkCurrency } from '../domain/filter.ts';
import { priceFor } from '../domain/price.ts';
import type { ProductVariantResolvers } from '../generated/resolvers.ts';

export const ProductVariant: ProductVariantResolvers = {
  __resolveReference: async (reference, { loaders }) =>
    'id' in reference
      ? await loaders.variantById.load(reference.id)
      : await loaders.variantBySku.load(reference.sku),

  product: async ({ productId }, _args, { loaders }) => {
    const product = await loaders.productById.load(productId);
    if (product === null) throw new NotFound(productId); // retired since the variant was read
    return product;
  },
  prices: (variant, _args, { loaders }) => loaders.prices.load(variant),

  price: async (variant, { currency, quantity }, { loaders, buyer }) => {
    if (currency != null) checkCurrency('currency', currency);
    if (quantity < 1) throw new BadInput('quantity', 'Give a `quantity` of at least 1.');
    const prices = await loaders.prices.load(variant);
    return priceFor(prices, { ...buyer, currency: currency ?? null, quantity });
  },
};

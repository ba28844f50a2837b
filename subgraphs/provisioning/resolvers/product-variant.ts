import { availabilityOf } from '../domain/availability.ts';
import type { ProductVariantResolvers } from '../generated/resolvers.ts';

export const ProductVariant: ProductVariantResolvers = {
  __resolveReference: ({ sku }) => ({ sku }),
  availability: async ({ sku, availability }, _args, { loaders }) => {
    if (availability !== undefined) return availability;
    const level = await loaders.stock.load(sku);
    return level && availabilityOf(level);
  },
};

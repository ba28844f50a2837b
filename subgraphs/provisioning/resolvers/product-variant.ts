import { availabilityOf } from '../domain/availability.ts';
import type { ProductVariantResolvers } from '../generated/resolvers.ts';

export const ProductVariant: ProductVariantResolvers = {
  __resolveReference: ({ sku }) => ({ sku }),
  availability: async ({ sku }, _args, { loaders }) => {
    const level = await loaders.stock.load(sku);
    return level && availabilityOf(level);
  },
};

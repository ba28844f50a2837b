import { NotFound } from '#errors';
import type { BundleItemResolvers, ProductRelationResolvers } from '../generated/resolvers.ts';

export const ProductRelation: ProductRelationResolvers = {
  product: async ({ productId }, _args, { loaders }) => {
    const product = await loaders.productById.load(productId);
    if (product === null) throw new NotFound(productId); // retired since the relation was read
    return product;
  },
};

export const BundleItem: BundleItemResolvers = {
  variant: async ({ sku }, _args, { loaders }) => {
    const variant = await loaders.variantBySku.load(sku);
    if (variant === null) throw new NotFound(sku); // retired since the bundle was read
    return variant;
  },
};

import type {
  ProductConnectionResolvers,
  ProductVariantConnectionResolvers,
} from '../generated/resolvers.ts';

export const ProductConnection: ProductConnectionResolvers = {
  totalCount: ({ search }, _args, { actions }) => actions.countProducts(search),
};

export const ProductVariantConnection: ProductVariantConnectionResolvers = {
  totalCount: ({ list }, _args, { loaders }) => loaders.variantCount.load(list),
};

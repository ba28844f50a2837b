import type {
  ProductConnectionResolvers,
  ProductVariantConnectionResolvers,
} from '../generated/resolvers.ts';

export const ProductConnection: ProductConnectionResolvers = {
  totalCount: ({ matches }) => matches.count(),
};

export const ProductVariantConnection: ProductVariantConnectionResolvers = {
  totalCount: ({ list }, _args, { loaders }) => loaders.variantCount.load(list),
};

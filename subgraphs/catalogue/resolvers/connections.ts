import type {
  ProductConnectionResolvers,
  ProductVariantConnectionResolvers,
} from '../generated/resolvers.ts';

export const ProductConnection: ProductConnectionResolvers = {
  totalCount: ({ matches }) => matches.count(),
  facets: ({ matches }, { names }) => matches.facets(names ?? null),
  didYouMean: ({ matches }) => matches.didYouMean(),
};

export const ProductVariantConnection: ProductVariantConnectionResolvers = {
  totalCount: ({ list }, _args, { loaders }) => loaders.variantCount.load(list),
};

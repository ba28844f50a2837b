import { connection, pageRequest } from '#graphql';
import { BadInput } from '#errors';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { productPage } from './product-page.ts';

export const Query: QueryResolvers = {
  product: async (_root, { id, slug }, { loaders }) => {
    if (id != null && slug == null) return await loaders.productById.load(id);
    if (slug != null && id == null) return await loaders.productBySlug.load(slug);
    throw new BadInput('id', 'Give `id` or `slug`, and not both.');
  },

  variant: async (_root, { id, sku }, { loaders }) => {
    if (id != null && sku == null) return await loaders.variantById.load(id);
    if (sku != null && id == null) return await loaders.variantBySku.load(sku);
    throw new BadInput('id', 'Give `id` or `sku`, and not both.');
  },

  productSuggestions: async (_root, { prefix, first }, { suggestProducts, loaders }) => {
    const { limit } = pageRequest('suggestions', { first });
    const suggestions = await suggestProducts(prefix, limit);
    for (const { product } of suggestions) {
      if (product !== null) loaders.productById.prime(product.id, product);
    }
    return suggestions;
  },

  catalogueImport: (_root, { id }, { loaders }) => loaders.catalogueImport.load(id),

  catalogueImports: async (_root, page, { actions }) => {
    const request = pageRequest('imports', page);
    const found = await actions.listImports({ ...request, limit: request.limit + 1 });
    return connection('imports', request, found, ({ id }) => id);
  },

  category: async (_root, { id, slug }, { loaders }) => {
    if (id != null && slug == null) return await loaders.categoryById.load(id);
    if (slug != null && id == null) return await loaders.categoryBySlug.load(slug);
    throw new BadInput('id', 'Give `id` or `slug`, and not both.');
  },

  categories: (_root, _args, { findRootCategories }) => findRootCategories(),

  products: async (_root, { query, filter, sort, ...page }, context) =>
    await productPage({ query, filter, sort }, page, context),
};

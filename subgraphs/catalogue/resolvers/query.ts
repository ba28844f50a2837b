import { connection, pageRequest } from '#graphql';
import { BadInput } from '#errors';
import { createHash } from 'node:crypto';
import { decodePlace, encodePlace } from '../domain/place.ts';
import { productSearch, type ProductSearch } from '../domain/search.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import type { ProductPage } from './pages.ts';

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

  products: async (_root, args, { searchProducts, loaders, buyer }): Promise<ProductPage> => {
    const { query, filter, sort, ...page } = args;
    const search = productSearch({ query, filter, sort }, buyer.shopCurrency);
    const request = pageRequest(listName(search), page);
    const { after, backwards, limit } = request;
    const from = after === null ? null : decodePlace(backwards ? 'before' : 'after', after);
    const matches = searchProducts(search);
    const found = await matches.page({ from, backwards, limit: limit + 1 });
    const { edges, pageInfo } = connection(listName(search), request, found, ({ place }) =>
      encodePlace(place),
    );
    for (const { product } of found) loaders.productById.prime(product.id, product);
    return {
      matches,
      pageInfo,
      nodes: edges.map(({ node }) => node.product),
      edges: edges.map(({ node, cursor }) => ({
        node: node.product,
        cursor,
        score: search.order === 'RELEVANCE' ? node.place.score : null,
      })),
    };
  },
};

/** A place is one among those of the same search alone, so a cursor is of that search alone. */
function listName(search: ProductSearch): string {
  const told = createHash('sha256').update(JSON.stringify(search)).digest('base64url');
  return `products/${search.order}/${told.slice(0, 16)}`;
}

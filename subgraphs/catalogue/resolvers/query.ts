import { connection, pageRequest } from '#graphql';
import { BadInput } from '#errors';
import { decodePlace, encodePlace } from '../domain/place.ts';
import { productSearch } from '../domain/search.ts';
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

  products: async (_root, args, { actions, loaders }): Promise<ProductPage> => {
    const { query, sort, ...page } = args;
    const search = productSearch(query ?? null, sort);
    // A score counts among those of its own search alone, so a cursor is of that search alone.
    const list = ['products', search.order, ...(search.terms ?? [])].join('/');
    const request = pageRequest(list, page);
    const after = request.after === null ? null : decodePlace(request.after);
    const found = await actions.searchProducts(search, after, request.limit + 1);
    const { edges, pageInfo } = connection(list, request, found, ({ place }) => encodePlace(place));
    for (const { product } of found) loaders.productById.prime(product.id, product);
    return {
      search,
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

import { connection, pageRequest } from '#graphql';
import { createHash } from 'node:crypto';
import { decodePlace, encodePlace } from '../domain/place.ts';
import type { Product } from '../domain/product.ts';
import type { ProductMatches } from '../domain/product-matches.ts';
import { productSearch, type ProductSearch, type SearchInput } from '../domain/search.ts';
import type { ProductPage } from './pages.ts';

/** What of a request's context it takes. */
interface Searching {
  readonly searchProducts: (search: ProductSearch) => ProductMatches;
  readonly loaders: {
    readonly productById: { prime(id: string, product: Product): unknown };
  };
  readonly buyer: { readonly shopCurrency: string };
}

/** One page of the products that are asked for, of which the rest is counted once it is wanted. */
export async function productPage(
  input: SearchInput,
  page: Parameters<typeof pageRequest>[1],
  { searchProducts, loaders, buyer }: Searching,
): Promise<ProductPage> {
  const search = productSearch(input, buyer.shopCurrency);
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
}

/** A place is one among those of the same search alone, so a cursor is of that search alone. */
function listName(search: ProductSearch): string {
  const told = createHash('sha256').update(JSON.stringify(search)).digest('base64url');
  return `products/${search.order}/${told.slice(0, 16)}`;
}

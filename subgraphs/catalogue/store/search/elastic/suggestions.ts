import type { Principal } from '#auth';
import { formatId } from '#ids';
import type { Suggestion } from '../../../domain/product-matches.ts';
import { telling } from '../../../domain/search.ts';
import { visibleStatuses } from '../../visibility.ts';
import { suggestBrands } from '../suggestions.ts';
import { understand } from '../terms.ts';
import type { ElasticSearchParts } from './parts.ts';
import { termQueries } from './query.ts';

/** Brands that begin so, then products that have the words in their name: the shortest is met most fully. */
export async function findSuggestions(
  { index, select, products }: ElasticSearchParts,
  caller: Principal,
  typed: string,
  limit: number,
): Promise<Suggestion[]> {
  const meant = await understand(select, telling(typed, 'prefix'));
  const terms = meant.filter((words) => words.length > 0);
  if (terms.length === 0) return [];
  const status = [...visibleStatuses(caller)];
  const [brands, { hits }] = await Promise.all([
    suggestBrands(select, caller, typed),
    index.search({
      size: limit,
      query: { bool: { filter: [{ terms: { status } }, ...termQueries('nameTerms', terms)] } },
      sort: [{ nameLength: 'asc' }, { sortKey: 'asc' }, { id: 'asc' }],
      _source: false,
      track_total_hits: false,
    }),
  ]);
  const ids = hits.hits.map(({ sort = [] }) => formatId('prd', String(sort.at(-1))));
  const found = ids.length === 0 ? [] : await products.findProductsById(caller, ids);
  const byId = new Map(found.map((product) => [product.id, product]));
  const named = ids.flatMap((id) => {
    const product = byId.get(id);
    return product === undefined ? [] : [{ text: product.name, product }];
  });
  return [...brands.map((text) => ({ text, product: null })), ...named].slice(0, limit);
}

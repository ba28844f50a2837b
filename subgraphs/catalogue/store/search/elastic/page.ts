import type { estypes } from '@elastic/elasticsearch';
import { formatId, rowKey } from '#ids';
import type { Place } from '../../../domain/place.ts';
import type { FoundProduct, SearchPage } from '../../../domain/product-matches.ts';
import { checkRanking } from '../../../domain/ranking.ts';
import type { ProductSort } from '../../../domain/search.ts';
import type { ElasticSearchParts } from './parts.ts';
import { holdsQueries, matchQueries, offerQueries, type Query, type Search } from './query.ts';
import { ranked } from './relevance.ts';

/**
 * One page of the products that match, in order. The index says which they are, and the catalogue what they
 * are now: one that it no longer shows is made up for by the next.
 */
export async function findPage(
  parts: ElasticSearchParts,
  search: Search,
  page: SearchPage,
): Promise<FoundProduct[]> {
  checkRanking(page, search.asked.order, 'elasticsearch');
  const found: FoundProduct[] = [];
  let { from } = page;
  for (;;) {
    const limit = page.limit - found.length;
    const places = await findPlaces(parts, search, { ...page, from, limit });
    const ids = places.map(({ id }) => id);
    const products =
      ids.length === 0 ? [] : await parts.products.findProductsById(search.caller, ids);
    const byId = new Map(products.map((product) => [product.id, product]));
    for (const place of places) {
      const product = byId.get(place.id);
      if (product !== undefined) found.push({ product, place });
    }
    from = places.at(-1) ?? from;
    if (places.length < limit || found.length === page.limit) return found;
  }
}

async function findPlaces(
  { index }: ElasticSearchParts,
  search: Search,
  { from, backwards, limit }: SearchPage,
): Promise<Place[]> {
  const { order } = search.asked;
  const steps = orders[order];
  const matching = matchQueries(search);
  const { hits } = await index.search({
    size: limit,
    query:
      order === 'RELEVANCE' && search.terms !== null
        ? ranked(matching, search.terms)
        : { bool: { filter: matching } },
    sort: steps.map((step) => sortOf(search, step, backwards)),
    ...(from !== null && { search_after: steps.map(({ field }) => placed(field, from)) }),
    _source: false,
    track_total_hits: false,
  });
  return hits.hits.map(({ sort = [] }) => placeOf(steps, sort));
}

type Field = 'score' | 'amount' | 'sortKey' | 'id';

interface Step {
  readonly field: Field;
  readonly way: 'asc' | 'desc';
}

/** By what a list is ordered, to something unique; as PostgreSQL's pages are. */
const orders: Record<ProductSort, readonly Step[]> = {
  NAME: [step('sortKey', 'asc'), step('id', 'asc')],
  NEWEST: [step('id', 'desc')],
  RELEVANCE: [step('score', 'desc'), step('sortKey', 'asc'), step('id', 'asc')],
  PRICE_ASC: [step('amount', 'asc'), step('sortKey', 'asc'), step('id', 'asc')],
  PRICE_DESC: [step('amount', 'desc'), step('sortKey', 'asc'), step('id', 'asc')],
};

function step(field: Field, way: Step['way']): Step {
  return { field, way };
}

function sortOf(
  search: Search,
  { field, way }: Step,
  backwards: boolean,
): estypes.SortCombinations {
  const order = backwards === (way === 'asc') ? 'desc' : 'asc';
  if (field === 'score') return { _score: { order } };
  if (field === 'amount') {
    const counting: Query[] = [...offerQueries(search), ...holdsQueries(search)];
    return {
      'offers.amount': {
        order,
        mode: way === 'asc' ? 'min' : 'max',
        missing: backwards ? '_first' : '_last',
        nested: { path: 'offers', filter: { bool: { filter: counting } } },
      },
    };
  }
  return { [field]: { order } };
}

function placed(field: Field, { score, amount, sortKey, id }: Place): string | number {
  if (field === 'score') return score;
  if (field === 'amount') return amount; // may be an infinity, which JSON's numbers lack
  // What is no id of a product comes before all that are.
  return field === 'id' ? (rowKey('prd', id)?.id ?? '') : sortKey;
}

function placeOf(steps: readonly Step[], sort: readonly estypes.FieldValue[]): Place {
  const at = (field: Field) => sort[steps.findIndex((each) => each.field === field)];
  return {
    score: Number(at('score') ?? 0),
    amount: String(at('amount') ?? 0),
    sortKey: String(at('sortKey') ?? ''),
    id: formatId('prd', String(at('id'))),
    engine: 'elasticsearch',
  };
}

import type { estypes } from '@elastic/elasticsearch';
import { facetsOf, type Facet, type FactCount } from '../../../domain/facet.ts';
import { isOfVariants, type FactFilter } from '../../../domain/filter.ts';
import { isCounted, withCategoryNames } from '../evaluation.ts';
import type { ElasticSearchParts } from './parts.ts';
import {
  baseQueries,
  deep,
  filterQueries,
  holdsQueries,
  isByVariant,
  offerQueries,
  offerSetQueries,
  setQuery,
  setsBut,
  shallow,
  type FactSet,
  type Query,
  type Search,
} from './query.ts';

/** More values than this are no longer counted apart. */
const countedMax = 20_000;

/**
 * Counts in one question. A facet is counted by all filters but its own. Those of options, and all where
 * prices are filtered, go by variants: a product counts that has one which meets the other filters; where
 * one option alone tells a product's variants apart, the product's own facts say it.
 */
export async function countFacets(
  { index, select, facts }: ElasticSearchParts,
  search: Search,
  names: readonly string[] | null,
): Promise<Facet[]> {
  const filters = search.sets.map(({ filter }) => filter);
  const isWanted = ({ name }: Pick<FactFilter, 'name'>) => names?.includes(name) ?? true;
  const dictionary = await facts.current();
  const idsOf = (filter: FactFilter) => dictionary.idsOf(dictionary.namedBy(filter));
  const named = names === null ? null : dictionary.facts.filter(isWanted).map(({ id }) => id);
  const filtered = search.sets
    .filter(({ filter }) => isWanted(filter) && isCounted(filter))
    .map((set) => ({ without: set, ids: idsOf(set.filter) }));
  const counts = [{ without: null, ids: named }, ...filtered]
    .filter(({ ids }) => ids?.length !== 0)
    .flatMap((facet) => countings(search, facet));
  const wantsPrice = isWanted({ name: 'price' });

  const { aggregations = {} } = await index.search<Record<string, Answered>>({
    size: 0,
    track_total_hits: false,
    query: { bool: { filter: [...baseQueries(search), ...nearlyMet(search)] } },
    aggregations: {
      ...Object.fromEntries(counts.map(({ aggregation }, nth) => [`counts${nth}`, aggregation])),
      ...(wantsPrice && { price: pricesOf(search) }),
    },
  });
  const counted = counts.flatMap((counting, nth) =>
    bucketsOf(aggregations[`counts${nth}`]).map((bucket) => ({ ...counting, ...bucket })),
  );
  const products = new Map<number, number>();
  for (const { id, without, sources, products: count } of counted) {
    const fact = dictionary.facts[dictionary.placeOf(id)];
    if (fact === undefined || !isCounted(fact)) continue;
    const filter = filters.find(({ source, name }) => source === fact.source && name === fact.name);
    const isOwn = without === null ? filter === undefined : without.filter === filter;
    if (isOwn && sources !== (isOfVariants(fact.source) ? 'others' : 'options')) {
      products.set(id, (products.get(id) ?? 0) + count);
    }
  }
  const rows = dictionary.facts.flatMap((fact): FactCount[] => {
    const count = products.get(fact.id);
    return count === undefined ? [] : [{ ...fact, valueLabel: null, count }];
  });
  const facets = facetsOf(await withCategoryNames(select, rows), filters.filter(isWanted));
  return [...facets, ...priceFacet(aggregations['price'])];
}

interface Counting {
  readonly aggregation: estypes.AggregationsAggregationContainer;
  /** Whose facet this counts; null counts those of all names that nothing is filtered by. */
  readonly without: FactSet | null;
  /** Which of the facts are told rightly. */
  readonly sources: 'all' | 'options' | 'others';
}

/** As the aggregations below are nested. */
interface Answered {
  readonly facts?: { readonly buckets: readonly Bucket[] };
  readonly offers?: Answered;
  readonly met?: Answered;
  readonly min?: { readonly value: number | null };
  readonly max?: { readonly value: number | null };
}

interface Bucket {
  readonly key: string;
  readonly doc_count: number;
  readonly products?: { readonly doc_count: number };
}

/** A product fails at most one of the filters by facts, or it counts nowhere. */
function nearlyMet({ sets }: Search): Query[] {
  if (sets.length < 2) return [];
  return [{ bool: { should: sets.map(setQuery), minimum_should_match: sets.length - 1 } }];
}

/** What is counted for one facet, or for all that are not filtered by; of these facts, or of all. */
function countings(
  search: Search,
  { without, ids }: { readonly without: FactSet | null; readonly ids: readonly number[] | null },
): Counting[] {
  const isPriced = search.asked.filter.price !== null;
  const goesByVariant = isPriced || search.sets.some(isByVariant);
  const facts = factsIn('facts', ids);
  const byProduct: Counting = {
    aggregation: { filter: allOf(filterQueries(search, without)), aggregations: { facts } },
    without,
    sources: goesByVariant ? 'others' : 'all',
  };
  if (!goesByVariant) return [byProduct];

  const sets = setsBut(search, without).map(setQuery);
  const byShallowProduct: Counting = {
    aggregation: { filter: allOf([...sets, shallow]), aggregations: { facts } },
    without,
    sources: 'options',
  };
  const products = { products: { reverse_nested: {} } };
  const ofOffers = { facts: { ...factsIn('offers.facts', ids), aggregations: products } };
  const met = { filter: allOf(offerQueries(search, without)), aggregations: ofOffers };
  const byVariant: Counting = {
    aggregation: {
      filter: allOf(isPriced ? sets : [...sets, deep]),
      aggregations: { offers: { nested: { path: 'offers' }, aggregations: { met } } },
    },
    without,
    sources: 'options',
  };
  const ofOptions = isPriced ? [byVariant] : [byShallowProduct, byVariant];
  if (without === null) return [byProduct, ...ofOptions];
  return isByVariant(without) ? ofOptions : [byProduct];
}

function factsIn(field: string, ids: readonly number[] | null) {
  const include = ids === null ? {} : { include: ids.map(String) };
  return { terms: { field, size: countedMax, ...include } };
}

/** The least and the greatest price of the variants that meet all else. */
function pricesOf(search: Search): estypes.AggregationsAggregationContainer {
  const field = 'offers.amount';
  const met = {
    filter: allOf([...offerSetQueries(search, null), ...holdsQueries(search)]),
    aggregations: { min: { min: { field } }, max: { max: { field } } },
  };
  return {
    filter: allOf(search.sets.map(setQuery)),
    aggregations: { offers: { nested: { path: 'offers' }, aggregations: { met } } },
  };
}

function priceFacet(answered: Answered | undefined): Facet[] {
  const { min, max } = answered?.offers?.met ?? {};
  if (min?.value == null || max?.value == null) return [];
  return [{ name: 'price', label: 'Price', values: [], min: min.value, max: max.value }];
}

function bucketsOf(answered: Answered | undefined): { id: number; products: number }[] {
  const buckets = answered?.facts?.buckets ?? answered?.offers?.met?.facts?.buckets ?? [];
  return buckets.map(({ key, doc_count, products }) => ({
    id: Number(key),
    products: products?.doc_count ?? doc_count,
  }));
}

function allOf(filter: readonly Query[]): Query {
  return { bool: { filter: [...filter] } };
}

import type { estypes } from '@elastic/elasticsearch';
import { isOfVariants, type FactFilter } from '../../../domain/filter.ts';
import type { MeantTerms } from '../../../domain/search.ts';
import { uuidsOf } from '../../rows.ts';
import { wantedStatuses, type PreparedSearch } from '../conditions.ts';

export type Query = NonNullable<estypes.QueryDslQueryContainer>;

/** A search whose words and names have been looked up. */
export interface Search extends PreparedSearch {
  readonly sets: readonly FactSet[];
}

/** A filter, with the numbers of the facts that meet it. */
export interface FactSet {
  readonly filter: FactFilter;
  readonly ids: readonly number[];
}

/** What Elasticsearch takes of one list of values. */
const valuesMax = 60_000;

/** What products of the list are whatever facts they are filtered by. */
export function baseQueries(search: Search): Query[] {
  const { asked, terms } = search;
  const { ids, slugs } = asked.filter;
  return [
    anyOf('status', wantedStatuses(search)),
    ...(ids === null
      ? []
      : [
          anyOf(
            'id',
            uuidsOf('prd', ids).filter((id) => id !== null),
          ),
        ]),
    ...(slugs === null ? [] : [anyOf('slug', slugs)]),
    ...(terms === null ? [] : termQueries('terms', terms)),
  ];
}

/** All that products of the list are. */
export function matchQueries(search: Search): Query[] {
  return [...baseQueries(search), ...filterQueries(search, null)];
}

/** That they meet the filters by facts and price, but for one of them. */
export function filterQueries(search: Search, without: FactSet | null): Query[] {
  return [...setsBut(search, without).map(setQuery), ...variantQueries(search, without)];
}

/** That a product has one of the facts. */
export function setQuery({ ids }: FactSet): Query {
  return anyOf('facts', ids.map(String));
}

export function setsBut({ sets }: Search, without: FactSet | null): FactSet[] {
  return sets.filter((set) => set !== without);
}

/** Whether one variant has to meet it together with others. */
export function isByVariant({ filter }: FactSet): boolean {
  return isOfVariants(filter.source);
}

/** That one option, or stock, alone tells a product's variants apart: its own facts say it all. */
export const shallow: Query = { range: { optionCount: { lt: 2 } } };
export const deep: Query = { range: { optionCount: { gte: 2 } } };

/**
 * That one variant meets all filters by options, stock and price; without one by price, shallow products have
 * met them by their own facts.
 */
function variantQueries(search: Search, without: FactSet | null): Query[] {
  const isPriced = search.asked.filter.price !== null;
  if (!isPriced && !setsBut(search, without).some(isByVariant)) return [];
  const met: Query = {
    nested: {
      path: 'offers',
      score_mode: 'none',
      query: { bool: { filter: offerQueries(search, without) } },
    },
  };
  return [isPriced ? met : { bool: { should: [shallow, met] } }];
}

/** What the variants that count are: about offers. */
export function offerQueries(search: Search, without: FactSet | null = null): Query[] {
  return [
    ...offerSetQueries(search, without),
    ...(search.asked.filter.price === null ? [] : [...holdsQueries(search), boundsQuery(search)]),
  ];
}

export function offerSetQueries(search: Search, without: FactSet | null = null): Query[] {
  return setsBut(search, without)
    .filter(isByVariant)
    .map(({ ids }) => anyOf('offers.facts', ids.map(String)));
}

/** That an offer holds now, in the search's currency. */
export function holdsQueries({ asked, now }: Search): Query[] {
  return [
    { term: { 'offers.currency': asked.currency } },
    { range: { 'offers.from': { lte: now.getTime() } } },
    { range: { 'offers.until': { gt: now.getTime() } } },
  ];
}

/** That its price is within the filter's bounds; what has none is not. */
function boundsQuery({ asked }: Search): Query {
  const { min = null, max = null } = asked.filter.price ?? {};
  return {
    range: {
      'offers.amount': {
        ...(min !== null && { gte: Number(min) }),
        ...(max !== null && { lte: Number(max) }),
      },
    },
  };
}

/** That of each term one of the words that it stands for is there, or one that begins so. */
export function termQueries(field: string, terms: MeantTerms): Query[] {
  return terms.map((words) => ({
    bool: {
      should: words.map((word) =>
        // `8` is no beginning of `8192`.
        isNumber(word) && field === 'terms' ? exactly(field, word) : beginning(field, word),
      ),
    },
  }));
}

export function beginning(field: string, value: string, boost = 1): Query {
  return { prefix: { [field]: { value, boost } } };
}

export function exactly(field: string, value: string, boost = 1): Query {
  return { constant_score: { filter: { term: { [field]: value } }, boost } };
}

export function isNumber(word: string): boolean {
  return /^\p{N}+$/u.test(word);
}

function anyOf(field: string, values: readonly string[]): Query {
  const parts: Query[] = [];
  for (let from = 0; from === 0 || from < values.length; from += valuesMax) {
    parts.push({ terms: { [field]: values.slice(from, from + valuesMax) } });
  }
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : { bool: { should: parts } };
}

import { formatId } from '#ids';
import { facetsOf, type Facet, type FactCount } from '../../domain/facet.ts';
import type { SearchPage } from '../../domain/product-matches.ts';
import type { Select } from '../database.ts';
import { uuidsOf } from '../rows.ts';
import {
  baseCondition,
  isNarrowed,
  shapeOf,
  wantedStatuses,
  type PreparedSearch,
} from './conditions.ts';
import { Bits } from './memory/bits.ts';
import { countFacts, priceExtremes } from './memory/counting.ts';
import type { Fact } from './memory/fact-dictionary.ts';
import { match, wholeOf } from './memory/matching.ts';
import { pricePageCandidates } from './memory/price-page.ts';
import type { ProductMemory } from './memory/product-memory.ts';
import type { Question } from './memory/question.ts';
import { wholeListPrices } from './memory/whole-list-prices.ts';
import { statementValues } from './statement.ts';

/** What memory says of a search. */
export interface Evaluation {
  /** For each filter by facts the ids of those that meet it, in ascending order. */
  readonly sets: readonly (readonly number[])[];
  count(): number;
  facets(names: readonly string[] | null): Promise<Facet[]>;
  /** The numbers of products among which all of a page are; null where it is better found by walking the list. */
  candidatesFor(page: SearchPage): readonly number[] | null;
}

/** Beyond it, a list in another order than by price is walked until a page is full: it can't be far. */
const listedMax = 2_000;

/** @throws BadInput for a characteristic or option that nothing has, or bounds of what is no number. */
export async function evaluate(
  select: Select,
  memory: ProductMemory,
  prepared: PreparedSearch,
): Promise<Evaluation> {
  const { asked, now } = prepared;
  const [{ table, dictionary }, narrowed] = await Promise.all([
    memory.current(),
    isNarrowed(prepared) ? findNumbers(select, prepared) : null,
  ]);
  const filters = asked.filter.facts.map((filter) => ({
    filter,
    places: dictionary.meeting(filter),
  }));
  const statuses = wantedStatuses(prepared);
  const visible = table.productsOf(statuses);
  const { min = null, max = null } = asked.filter.price ?? {};
  const question: Question = {
    base: narrowed?.intersection(visible) ?? visible,
    filters,
    price: asked.filter.price && { min: Number(min ?? -Infinity), max: Number(max ?? Infinity) },
    currency: asked.currency,
    now: now.getTime(),
  };
  const matching = match(table, question);
  const whole = wholeOf(matching);
  const count = whole.size;
  const isAll = narrowed === null && filters.length === 0 && question.price === null;

  const findExtremes = () =>
    isAll
      ? wholeListPrices(table, statuses, question, matching)
      : priceExtremes(table, question, matching);

  return {
    sets: filters.map(({ places }) => dictionary.idsOf(places)),
    count: () => count,
    facets: async (names) => {
      const isWanted = ({ name }: { readonly name: string }) => names?.includes(name) ?? true;
      const counts = isAll
        ? table.countsOf(statuses)
        : countFacts(table, dictionary, question, matching);
      const counted = dictionary.facts.flatMap((fact, place) => {
        const count = counts[place] ?? 0;
        return count > 0 && isCounted(fact) && isWanted(fact)
          ? [{ ...fact, valueLabel: null, count }]
          : [];
      });
      const extremes = isWanted(priceFacet) ? findExtremes() : null;
      const facets = facetsOf(
        await withCategoryNames(select, counted),
        asked.filter.facts.filter(isWanted),
      );
      return extremes === null ? facets : [...facets, { ...priceFacet, ...extremes }];
    },
    candidatesFor: ({ from, backwards, limit }) => {
      if (asked.order === 'PRICE_ASC' || asked.order === 'PRICE_DESC') {
        const isByDearest = asked.order === 'PRICE_DESC';
        return pricePageCandidates(table, question, matching, {
          isByDearest,
          rises: isByDearest === backwards,
          from: from === null ? null : Number(from.amount),
          limit,
        });
      }
      return count <= listedMax ? whole.numbers() : null;
    },
  };
}

const priceFacet = { name: 'price', label: 'Price', values: [] };

/** A category's name may change without its products. */
export async function withCategoryNames(
  select: Select,
  counts: readonly FactCount[],
): Promise<FactCount[]> {
  const ids = counts.filter(isOfCategory).map(({ value }) => value);
  if (ids.length === 0) return [...counts];
  const rows = await select<{ id: string; name: string }>(
    'category-names',
    'select id, name from category where id = any($1::uuid[])',
    [uuidsOf('cat', ids)],
  );
  const names = new Map(rows.map(({ id, name }) => [formatId('cat', id), name]));
  return counts.map((count) =>
    isOfCategory(count) ? { ...count, valueLabel: names.get(count.value) ?? null } : count,
  );
}

/** Stock is filtered by alone. */
export function isCounted({ source }: Pick<Fact, 'source'>): boolean {
  return source !== 'STOCK';
}

function isOfCategory({ source }: FactCount): boolean {
  return source === 'CATEGORY';
}

/** Of the products that PostgreSQL alone can find: by words, ids or slugs. */
async function findNumbers(select: Select, prepared: PreparedSearch): Promise<Bits> {
  const bits = new Bits();
  if (prepared.terms?.length === 0) return bits;
  const { values, value } = statementValues();
  const [found] = await select<{ numbers: string | null }>(
    `product-numbers:${shapeOf(prepared)}`,
    `select string_agg(number::text, ',') as numbers
     from product join product_number on product_id = product.id
     where ${baseCondition(prepared, value)}`,
    values,
  );
  for (const number of found?.numbers?.split(',') ?? []) bits.add(Number(number));
  return bits;
}

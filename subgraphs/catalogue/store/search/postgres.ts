import type { Principal } from '#auth';
import type { ProductMatches } from '../../domain/product-matches.ts';
import { corrected, type ProductSearch } from '../../domain/search.ts';
import type { Select } from '../database.ts';
import { matchCondition, planning, shapeOf, type PreparedSearch } from './conditions.ts';
import type { SearchEngine } from './engine.ts';
import { countFacets } from './facets.ts';
import { findFacts } from './facts.ts';
import { findPage } from './page.ts';
import { statementValues } from './statement.ts';
import { findSuggestions } from './suggestions.ts';
import { understand } from './terms.ts';

/** Searches where the catalogue itself is kept: full text, trigrams, and facts as sorted numbers. */
export function createPostgresSearch(select: Select, clock: () => Date): SearchEngine {
  return {
    search: (caller, asked) => matchesOf(select, clock, caller, asked),
    suggest: (caller, typed, limit) => findSuggestions(select, caller, typed, limit),
  };
}

function matchesOf(
  select: Select,
  clock: () => Date,
  caller: Principal,
  asked: ProductSearch,
): ProductMatches {
  let preparing: Promise<PreparedSearch> | undefined;
  const prepared = async () => await (preparing ??= prepare(select, clock(), caller, asked));
  return {
    page: async (page) => {
      const search = await prepared();
      return isNothing(search) ? [] : await findPage(select, search, page);
    },
    count: async () => {
      const search = await prepared();
      return isNothing(search) ? 0 : await countProducts(select, search);
    },
    facets: async (names) => {
      const search = await prepared();
      return search.terms?.length === 0 ? [] : await countFacets(select, search, names);
    },
    didYouMean: async () => {
      const { query, terms } = asked;
      if (query === null || terms === null) return null;
      return corrected(query, terms, (await prepared()).meant);
    },
  };
}

async function prepare(
  select: Select,
  now: Date,
  caller: Principal,
  asked: ProductSearch,
): Promise<PreparedSearch> {
  const [meant, sets] = await Promise.all([
    asked.terms === null ? null : understand(select, asked.terms),
    findFacts(select, asked.filter.facts),
  ]);
  const terms = meant?.filter((words) => words.length > 0) ?? null;
  return { caller, asked, meant: meant ?? [], terms, sets, now };
}

/** Whether nothing can match, so that nobody needs to be asked. */
function isNothing({ terms, sets }: PreparedSearch): boolean {
  return terms?.length === 0 || sets.some(({ ids }) => ids.length === 0);
}

async function countProducts(select: Select, prepared: PreparedSearch): Promise<number> {
  const { values, value } = statementValues();
  const [row] = await select<{ count: number }>(
    `count-products:${shapeOf(prepared)}`,
    `select count(*)::int as count from product where ${matchCondition(prepared, value)}`,
    values,
    planning(prepared),
  );
  return row?.count ?? 0;
}

import type { Principal } from '#auth';
import type { ProductMatches } from '../../domain/product-matches.ts';
import { corrected, type ProductSearch } from '../../domain/search.ts';
import type { Select } from '../database.ts';
import type { SearchEngine } from './engine.ts';
import { evaluate } from './evaluation.ts';
import { ProductMemory } from './memory/product-memory.ts';
import { findPage } from './page.ts';
import { prepare } from './prepare.ts';
import { findSuggestions } from './suggestions.ts';

/**
 * Searches where the catalogue itself is kept: words by full text and trigrams; facts and prices in memory,
 * which follows what is committed.
 */
export function createPostgresSearch(select: Select, clock: () => Date): SearchEngine {
  const memory = new ProductMemory(select);
  return {
    search: (caller, asked) => matchesOf({ select, memory, now: clock() }, caller, asked),
    suggest: (caller, typed, limit) => findSuggestions(select, caller, typed, limit),
  };
}

interface Means {
  readonly select: Select;
  readonly memory: ProductMemory;
  readonly now: Date;
}

function matchesOf(
  { select, memory, now }: Means,
  caller: Principal,
  asked: ProductSearch,
): ProductMatches {
  const prepared = once(() => prepare(select, now, caller, asked));
  const evaluation = once(async () => await evaluate(select, memory, await prepared()));
  const { facts, price } = asked.filter;
  // What words find is looked up once, whatever of it is wanted.
  const isNarrowed = asked.terms !== null || facts.length > 0 || price !== null;
  return {
    page: async (page) => {
      const search = await prepared();
      if (search.terms?.length === 0) return [];
      const isCompared = isNarrowed || asked.order.startsWith('PRICE');
      return await findPage(select, search, page, isCompared ? await evaluation() : null);
    },
    count: async () => (await evaluation()).count(),
    facets: async (names) =>
      (await prepared()).terms?.length === 0 ? [] : await (await evaluation()).facets(names),
    didYouMean: async () => {
      const { query, terms } = asked;
      if (query === null || terms === null) return null;
      return corrected(query, terms, (await prepared()).meant);
    },
  };
}

/** The same answer, however often it is asked for. */
function once<Answer>(find: () => Promise<Answer>): () => Promise<Answer> {
  let finding: Promise<Answer> | undefined;
  return async () => await (finding ??= find());
}

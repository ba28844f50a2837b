import type { Principal } from '#auth';
import type { ProductMatches } from '../../../domain/product-matches.ts';
import { corrected, type ProductSearch } from '../../../domain/search.ts';
import type { SearchEngine } from '../engine.ts';
import { FactMemory } from '../memory/fact-memory.ts';
import { prepare } from '../prepare.ts';
import { countFacets } from './facets.ts';
import { findPage } from './page.ts';
import type { ElasticSearchParts } from './parts.ts';
import { matchQueries, type Search } from './query.ts';
import { findSuggestions } from './suggestions.ts';

/** Searches by Elasticsearch; throws SearchUnavailable where that does not answer. */
export function createElasticSearch(given: Omit<ElasticSearchParts, 'facts'>): SearchEngine {
  const parts = { ...given, facts: new FactMemory(given.select) };
  return {
    search: (caller, asked) => matchesOf(parts, caller, asked),
    suggest: (caller, typed, limit) => findSuggestions(parts, caller, typed, limit),
  };
}

function matchesOf(
  parts: ElasticSearchParts,
  caller: Principal,
  asked: ProductSearch,
): ProductMatches {
  let preparing: Promise<Search> | undefined;
  const prepared = async () => await (preparing ??= lookUp(parts, caller, asked));
  return {
    page: async (page) => {
      const search = await prepared();
      return isNothing(search) ? [] : await findPage(parts, search, page);
    },
    count: async () => {
      const search = await prepared();
      if (isNothing(search)) return 0;
      return await parts.index.count({ bool: { filter: matchQueries(search) } });
    },
    facets: async (names) => {
      const search = await prepared();
      return search.terms?.length === 0 ? [] : await countFacets(parts, search, names);
    },
    didYouMean: async () => {
      const { query, terms } = asked;
      if (query === null || terms === null) return null;
      return corrected(query, terms, (await prepared()).meant);
    },
  };
}

/** @throws BadInput for a characteristic or option that nothing has, or bounds of what is no number. */
async function lookUp(
  { select, facts, clock }: ElasticSearchParts,
  caller: Principal,
  asked: ProductSearch,
): Promise<Search> {
  const filters = asked.filter.facts;
  const [prepared, dictionary] = await Promise.all([
    prepare(select, clock(), caller, asked),
    filters.length === 0 ? null : facts.current(),
  ]);
  const sets = filters.map((filter) => ({
    filter,
    ids: dictionary?.idsOf(dictionary.meeting(filter)) ?? [],
  }));
  return { ...prepared, sets };
}

/** Whether nothing can match, so that nobody needs to be asked. */
function isNothing({ terms, sets }: Search): boolean {
  return terms?.length === 0 || sets.some(({ ids }) => ids.length === 0);
}

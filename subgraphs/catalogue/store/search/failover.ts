import type { Principal } from '#auth';
import type { ProductMatches } from '../../domain/product-matches.ts';
import type { ProductSearch } from '../../domain/search.ts';
import type { SearchEngine, Tell } from './engine.ts';

/** Thrown by an engine that can't answer now; another may. */
export class SearchUnavailable extends Error {
  override readonly name = 'SearchUnavailable';

  constructor(cause: unknown) {
    super('The search engine does not answer.', { cause });
  }
}

/**
 * Asks the first engine, and PostgreSQL whenever that one can't answer. Once a search has fallen back, all of
 * it is answered by the same engine.
 */
export function withFallback(first: SearchEngine, postgres: SearchEngine): SearchEngine {
  return {
    search: (caller, asked, tell = () => undefined) =>
      matchesOf(first, postgres, { caller, asked, tell }),
    suggest: async (caller, typed, limit, tell = () => undefined) => {
      try {
        const found = await first.suggest(caller, typed, limit);
        tell({ engine: 'elasticsearch', fallback: false });
        return found;
      } catch (error) {
        if (!(error instanceof SearchUnavailable)) throw error;
        tell({ engine: 'postgres', fallback: true });
        return await postgres.suggest(caller, typed, limit);
      }
    },
  };
}

interface Search {
  readonly caller: Principal;
  readonly asked: ProductSearch;
  readonly tell: Tell;
}

function matchesOf(
  first: SearchEngine,
  postgres: SearchEngine,
  { caller, asked, tell }: Search,
): ProductMatches {
  let matches = first.search(caller, asked);
  let hasFallenBack = false;

  async function ask<Part>(question: (matches: ProductMatches) => Promise<Part>): Promise<Part> {
    if (!hasFallenBack) {
      try {
        const answer = await question(matches);
        tell({ engine: 'elasticsearch', fallback: false });
        return answer;
      } catch (error) {
        if (!(error instanceof SearchUnavailable)) throw error;
        fallBack();
      }
    }
    tell({ engine: 'postgres', fallback: true });
    return await question(matches);
  }

  /** Twice, if two parts fail at once: to the same. */
  function fallBack(): void {
    if (!hasFallenBack) matches = postgres.search(caller, asked);
    hasFallenBack = true;
  }

  return {
    page: (page) => {
      // A ranking that PostgreSQL began goes on there.
      if (asked.order === 'RELEVANCE' && page.from?.engine === 'postgres') fallBack();
      return ask((found) => found.page(page));
    },
    count: () => ask((found) => found.count()),
    facets: (names) => ask((found) => found.facets(names)),
    didYouMean: () => ask((found) => found.didYouMean()),
  };
}

import type { ProductMatches, Suggestion } from '../../domain/product-matches.ts';
import { changes } from '../changes.ts';
import type { SearchEngine } from '../search/engine.ts';
import { digest, type Keeping } from './keeping.ts';

export interface KeptSearchOptions extends Keeping {
  readonly clock: () => Date;
  /** When, after that instant, a price begins or ceases to hold: what was found by prices is no longer true then. */
  readonly nextPriceChange: (after: Date) => Promise<Date | null>;
}

/**
 * Keeps first pages, counts, facets and completions until anything in the catalogue changes, for callers who
 * see no more than everybody does. Further pages are asked for too seldom.
 */
export function keepSearch(engine: SearchEngine, options: KeptSearchOptions): SearchEngine {
  const { cache, ttlMs, clock, nextPriceChange } = options;

  async function untilPricesChange(): Promise<number> {
    const [at = null] = await cache.read(
      ['next'],
      () => 'price-change',
      async () => {
        const now = clock();
        const next = await nextPriceChange(now);
        return [{ value: next, tags: [changes], ttlMs: timeLeft(next, now) }];
      },
    );
    return timeLeft(at, clock());
  }

  function timeLeft(at: Date | null, now: Date): number {
    return at === null ? ttlMs : Math.min(ttlMs, at.getTime() - now.getTime());
  }

  async function keep<Value>(
    key: string,
    find: () => Promise<Value>,
    look = cache.look(),
  ): Promise<Value> {
    const [value] = await cache.read(
      [key],
      () => key,
      async () => {
        const left = await untilPricesChange(); // asked before: what changes meanwhile is not kept for long
        return [{ value: await find(), tags: [changes], ttlMs: left }];
      },
      { isCostly: true, look },
    );
    return value as Value; // one key, one value
  }

  return {
    search: (caller, asked, tell): ProductMatches => {
      const name = digest(asked);
      const search = () => ({ matches: engine.search(caller, asked, tell), look: cache.look() });
      let last = search();
      /** What is found for one part may serve the next: it is looked for anew once anything has changed. */
      const part = <Value>(key: string, find: (matches: ProductMatches) => Promise<Value>) => {
        if (!last.look.isGood) last = search();
        const { matches, look } = last;
        return keep(`${key}/${name}`, () => find(matches), look);
      };
      return {
        page: (page) => {
          if (page.from !== null) return engine.search(caller, asked, tell).page(page);
          const side = page.backwards ? 'last' : 'first';
          return part(`${side}/${page.limit}`, (matches) => matches.page(page));
        },
        count: () => part('count', (matches) => matches.count()),
        facets: (names) => part(`facets/${digest(names)}`, (matches) => matches.facets(names)),
        didYouMean: () => part('meant', (matches) => matches.didYouMean()),
      };
    },
    suggest: (caller, typed, limit, tell): Promise<Suggestion[]> =>
      keep(`suggestions/${digest([typed, limit])}`, () =>
        engine.suggest(caller, typed, limit, tell),
      ),
  };
}

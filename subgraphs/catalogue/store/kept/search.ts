import type { Look } from '#cache';
import type { ProductMatches, Suggestion } from '../../domain/product-matches.ts';
import { changes } from '../changes.ts';
import type { Answered, SearchEngine, Tell } from '../search/engine.ts';
import { digest, type Keeping } from './keeping.ts';

/**
 * Where there is a choice of engines: one has an index of its own, which is late by a time that only its feeder
 * knows, and the other answers no longer than it must.
 */
const choiceTtlMs = 1_000;

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
    find: () => Promise<Answer<Value>>,
    { tell, look = cache.look() }: { readonly tell: Tell; readonly look?: Look },
  ): Promise<Value> {
    const [answer] = await cache.read(
      [key],
      () => key,
      async () => {
        const left = await untilPricesChange(); // asked before: what changes meanwhile is not kept for long
        const found = await find();
        const ttlMs = found.answered === null ? left : Math.min(left, choiceTtlMs);
        return [{ value: found, tags: [changes], ttlMs }];
      },
      { isCostly: true, look },
    );
    const { value, answered } = answer as Answer<Value>; // one key, one answer
    if (answered !== null) tell(answered);
    return value;
  }

  return {
    search: (caller, asked, tell = () => undefined): ProductMatches => {
      const name = digest(asked);
      const search = () => {
        const told: Told = { answered: null };
        return {
          matches: engine.search(caller, asked, rememberIn(told)),
          told,
          look: cache.look(),
        };
      };
      let last = search();
      /** What is found for one part may serve the next: it is looked for anew once anything has changed. */
      const part = <Value>(key: string, find: (matches: ProductMatches) => Promise<Value>) => {
        if (!last.look.isGood) last = search();
        const { matches, told, look } = last;
        const answer = async () => ({ value: await find(matches), ...told });
        return keep(`${key}/${name}`, answer, { tell, look });
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
    suggest: (caller, typed, limit, tell = () => undefined): Promise<Suggestion[]> => {
      const told: Told = { answered: null };
      const answer = async () => ({
        value: await engine.suggest(caller, typed, limit, rememberIn(told)),
        ...told,
      });
      return keep(`suggestions/${digest([typed, limit])}`, answer, { tell });
    },
  };
}

/** With who answered, where there was a choice. */
interface Answer<Value> extends Readonly<Told> {
  readonly value: Value;
}

interface Told {
  answered: Answered | null;
}

function rememberIn(told: Told): Tell {
  return (answered) => {
    told.answered = answered;
  };
}

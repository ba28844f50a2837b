import { createCache, createMemoryStore } from '#cache';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { productSearch } from '../../domain/search.ts';
import { licence, openStage, visitor, type Stage } from '../../testing/stage.ts';
import type { Answered, SearchEngine } from '../search/engine.ts';
import { SearchUnavailable, withFallback } from '../search/failover.ts';
import { keepSearch } from './search.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  await stage.save([licence('alpha'), licence('beta')]);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test('who answered is told of kept answers too, and one that was only a fallback is soon asked for anew', async () => {
  await using cache = createCache(createMemoryStore({ entriesMax: 100, bytesMax: 1_000_000 }));
  const postgres = stage.parts.search;
  let isDown = true;
  const first: SearchEngine = {
    search: (caller, asked) => {
      if (!isDown) return postgres.search(caller, asked);
      const fail = () => Promise.reject(new SearchUnavailable(null));
      return { page: fail, count: fail, facets: fail, didYouMean: fail };
    },
    suggest: (caller, typed, limit) =>
      isDown ? Promise.reject(new SearchUnavailable(null)) : postgres.suggest(caller, typed, limit),
  };
  const engine = keepSearch(withFallback(first, postgres), {
    cache,
    ttlMs: 600_000,
    clock: stage.parts.clock,
    nextPriceChange: () => Promise.resolve(null),
  });
  async function ask() {
    const told: Answered[] = [];
    const tell = (answered: Answered) => told.push(answered);
    const matches = engine.search(visitor, productSearch({ query: 'licence' }, 'USD'), tell);
    expect(await matches.page({ from: null, backwards: false, limit: 10 })).toHaveLength(2);
    expect(await matches.count()).toBe(2);
    expect(await engine.suggest(visitor, 'lic', 5, tell)).toHaveLength(2);
    return told;
  }

  const fallback = Array.from({ length: 3 }, () => ({ engine: 'postgres', fallback: true }));
  await vi.waitFor(
    async () => {
      expect(await ask()).toEqual(fallback);
      stage.statements.length = 0;
      expect(await ask()).toEqual(fallback);
      expect(stage.statements).toEqual([]);
    },
    { timeout: 10_000 },
  );
  isDown = false;
  await vi.waitFor(
    async () => {
      const own = Array.from({ length: 3 }, () => ({ engine: 'elasticsearch', fallback: false }));
      expect(await ask()).toEqual(own);
    },
    { timeout: 10_000 },
  );
});

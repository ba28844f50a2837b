import { describe, expect, test } from 'vitest';
import { createCache } from './cache.ts';
import { createMemoryStore } from './memory-store.ts';
import { minute, same, source } from './testing/caches.ts';

describe('in memory, bounded', () => {
  const names = source();

  test('the least recently used goes first', async () => {
    await using cache = createCache(createMemoryStore({ entriesMax: 2, bytesMax: 1_000_000 }));
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.read([name], same, names.load);
    expect(names.loads.flat()).toEqual(['a', 'b', 'c', 'b']);
  });

  test('what is too large is not kept, and large values leave room for few', async () => {
    await using cache = createCache(createMemoryStore({ entriesMax: 100, bytesMax: 10_000 }));
    let loads = 0;
    const load = (length: number) => () => {
      loads += 1;
      return Promise.resolve([{ value: 'x'.repeat(length), tags: [], ttlMs: minute }]);
    };
    await cache.read(['huge'], same, load(20_000));
    await cache.read(['huge'], same, load(20_000));
    expect(loads).toBe(2);
    for (const key of ['a', 'b', 'c', 'd', 'a']) await cache.read([key], same, load(1_500));
    expect(loads).toBe(7);
  });
});

import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCache, type Cache } from './cache.ts';
import { createMemoryStore } from './memory-store.ts';
import { noRedis, startRedis, type OwnRedis } from './redis-server.ts';
import { dropsMax } from './store.ts';
import { inRedis, minute, same, skipped, source, turns, type Sharing } from './testing/caches.ts';

let redis: OwnRedis;
beforeAll(async () => {
  if (noRedis === null) redis = await startRedis();
});
afterAll(async () => {
  if (noRedis === null) await redis[Symbol.asyncDispose]();
});

function inMemory(): Promise<Cache> {
  return Promise.resolve(
    createCache(createMemoryStore({ entriesMax: 1_000, bytesMax: 1_000_000 })),
  );
}

describe.each([
  { where: 'in memory', open: inMemory, isThere: true, runs: 300 },
  {
    where: `in Redis${skipped}`,
    open: (sharing?: Sharing) => inRedis(redis, sharing),
    isThere: noRedis === null,
    runs: 60,
  },
])('$where', ({ open, isThere, runs }) => {
  test.runIf(isThere)('a hundred who ask at once are served by one load', async () => {
    await using cache = await open();
    const names = source();
    const values = await Promise.all(
      Array.from({ length: 100 }, () => cache.read(['a'], same, names.load)),
    );
    expect(values).toEqual(Array.from({ length: 100 }, () => [0]));
    expect(names.loads).toEqual([['a']]);
  });

  test.runIf(isThere)('a value is kept until one of its tags is dropped', async () => {
    await using cache = await open();
    const names = source();
    await cache.read(['a', 'b'], same, names.load);
    names.change('a');
    names.change('b');
    expect(await cache.read(['a', 'b'], same, names.load)).toEqual([0, 0]);
    await cache.drop(['a', 'c']);
    expect(await cache.read(['a', 'b'], same, names.load)).toEqual([1, 0]);
    expect(names.loads).toEqual([['a', 'b'], ['a']]);
  });

  test.runIf(isThere)('what is missing is loaded together, and each in its place', async () => {
    await using cache = await open();
    const names = source();
    names.change('b');
    await cache.read(['b'], same, names.load);
    expect(await cache.read(['a', 'b', 'c', 'a'], same, names.load)).toEqual([0, 1, 0, 0]);
    expect(names.loads).toEqual([['b'], ['a', 'c']]);
  });

  test.runIf(isThere)('dates, nulls and nested values come back as they were', async () => {
    await using cache = await open();
    const value = { at: new Date('2026-11-25T12:00:00Z'), none: null, list: [1.5, ['ä']] };
    const load = () => Promise.resolve([{ value, tags: [], ttlMs: minute }]);
    await cache.read(['a'], same, load);
    expect(await cache.read(['a'], same, load)).toEqual([value]);
  });

  test.runIf(isThere)('a load that fails fails for all who wait, and is tried anew', async () => {
    await using cache = await open();
    const names = source();
    const fail = () => Promise.reject(new Error('no database'));
    const answers = await Promise.allSettled([
      cache.read(['a'], same, fail),
      cache.read(['a'], same, names.load),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.read(['a'], same, names.load)).toEqual([0]);
  });

  test.runIf(isThere)(
    'what has no time is not kept, and the rest until its time is over',
    async () => {
      await using cache = await open();
      let loads = 0;
      const load = (ttlMs: number) => () => {
        loads += 1;
        return Promise.resolve([{ value: loads, tags: [], ttlMs }]);
      };
      await cache.read(['a'], same, load(0));
      expect(await cache.read(['a'], same, load(40))).toEqual([2]);
      await vi.waitFor(async () => {
        expect(await cache.read(['a'], same, load(minute))).toEqual([3]);
      });
    },
  );

  test.runIf(isThere)(
    'what was read before a change is not kept after it, nor given to who asks later',
    async () => {
      await using cache = await open();
      const names = source();
      const slow = Promise.withResolvers<undefined>();
      const reading = cache.read(['a'], same, async (asked) => {
        const loaded = await names.load(asked);
        await slow.promise;
        return loaded;
      });
      await vi.waitFor(() => {
        expect(names.loads).toHaveLength(1);
      });
      names.change('a');
      await cache.drop(['a']);
      expect(await cache.read(['a'], same, names.load)).toEqual([1]);
      slow.resolve(undefined);
      expect(await reading).toEqual([0]);
      expect(await cache.read(['a'], same, names.load)).toEqual([1]);
    },
  );

  test.runIf(isThere)(
    'after more drops than are remembered, what is older than them is not found',
    async () => {
      await using cache = await open();
      const names = source();
      await cache.read(['a'], same, names.load);
      names.change('a');
      await cache.drop(['a']);
      const many = Array.from({ length: dropsMax }, (_, index) => `tag-${index}`);
      for (let from = 0; from < dropsMax; from += 1_000) {
        await cache.drop(many.slice(from, from + 1_000));
      }
      expect(await cache.read(['a'], same, names.load)).toEqual([1]);
    },
  );

  test.runIf(isThere)(
    'whatever is read and changed at once, no value is older than the last drop before it was asked for',
    async () => {
      const name = fc.constantFrom('a', 'b', 'c');
      const step = fc.record({
        start: fc.nat(12),
        isChange: fc.boolean(),
        process: fc.nat(1),
        names: fc.uniqueArray(name, { minLength: 1 }),
        slow: fc.nat(6),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 25 }), async (steps) => {
          const prefix = randomUUID();
          await using one = await open({ prefix });
          await using other = await open({ prefix });
          const names = source();
          // Each process with the versions whose drops have ended in it.
          const processes = [one, other].map((cache) => ({
            cache,
            heard: new Map<string, number>(),
          }));
          await Promise.all(
            steps.map(async ({ start, isChange, process, names: asked, slow }) => {
              await turns(start);
              const own = processes[process]!;
              if (isChange) {
                const changed = asked.map((each) => [each, names.change(each).get(each)!] as const);
                for (const { cache, heard } of [own, processes[1 - process]!]) {
                  await turns(slow);
                  await cache.drop(asked);
                  for (const [each, version] of changed) {
                    heard.set(each, Math.max(version, heard.get(each) ?? 0));
                  }
                }
                return;
              }
              const least = asked.map((each) => own.heard.get(each) ?? 0);
              const values = await own.cache.read(asked, same, async (missing) => {
                const loaded = await names.load(missing);
                await turns(slow);
                return loaded;
              });
              for (const [index, value] of values.entries()) {
                expect(value).toBeGreaterThanOrEqual(least[index]!);
              }
            }),
          );
          // And at the end, all that was told is seen.
          for (const { cache } of processes) {
            expect(await cache.read(['a', 'b', 'c'], same, names.load)).toEqual(
              ['a', 'b', 'c'].map(names.versionOf),
            );
          }
        }),
        { numRuns: runs },
      );
    },
  );
});

import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCache, type Cache } from './cache.ts';
import { createMemoryStore } from './memory-store.ts';
import { noRedis, startRedis, type OwnRedis } from './redis-server.ts';
import { createRedisStore } from './redis-store.ts';
import { dropsMax } from './store.ts';

const minute = 60_000;

let redis: OwnRedis;
beforeAll(async () => {
  if (noRedis === null) redis = await startRedis();
});
afterAll(async () => {
  if (noRedis === null) await redis[Symbol.asyncDispose]();
});

/** Tells what was asked of it; a name's value is how often it was changed. */
function source() {
  const versions = new Map<string, number>();
  const loads: string[][] = [];
  const versionOf = (name: string) => versions.get(name) ?? 0;
  return {
    loads,
    versionOf,
    change: (name: string) => versions.set(name, versionOf(name) + 1),
    load: (names: readonly string[]) => {
      loads.push([...names]);
      return Promise.resolve(
        names.map((name) => ({ value: versionOf(name), tags: [name], ttlMs: minute })),
      );
    },
  };
}

const same = (name: string) => name;

function inMemory(): Cache {
  return createCache(createMemoryStore({ entriesMax: 1_000, bytesMax: 1_000_000 }));
}

/** One process of those that share what Redis keeps under the prefix. */
async function inRedis(
  { prefix = randomUUID(), position = 0, report = (): unknown => undefined }: Sharing = {},
  server = redis,
): Promise<Cache> {
  const cache = createCache(createRedisStore({ url: server.url, prefix, position, report }));
  await keeps(cache);
  return cache;
}

interface Sharing {
  readonly prefix?: string;
  readonly position?: number;
  readonly report?: (error: unknown) => unknown;
}

/** Waits until the cache keeps anything. */
async function keeps(cache: Cache): Promise<void> {
  const probe = source();
  const name = randomUUID();
  await vi.waitFor(
    async () => {
      const before = probe.loads.length;
      await cache.read([name], same, probe.load);
      await cache.read([name], same, probe.load);
      expect(probe.loads.length).toBeLessThanOrEqual(Math.max(before, 1));
    },
    { timeout: 20_000, interval: 20 },
  );
}

const skipped = noRedis === null ? '' : ` (SKIPPED: ${noRedis})`;

describe.each([
  { where: 'in memory', open: () => Promise.resolve(inMemory()), isThere: true, runs: 300 },
  { where: `in Redis${skipped}`, open: inRedis, isThere: noRedis === null, runs: 60 },
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

async function turns(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await turn();
}

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

describe.runIf(noRedis === null)(`several processes on one Redis${skipped}`, () => {
  test('of all that ask at once for what is costly, one loads it', async () => {
    const prefix = randomUUID();
    await using one = await inRedis({ prefix });
    await using other = await inRedis({ prefix });
    const names = source();
    const load = async (asked: readonly string[]) => {
      const loaded = await names.load(asked);
      await turns(20);
      return loaded;
    };
    const asking = [one, other].flatMap((cache) =>
      Array.from({ length: 50 }, () => cache.read(['a'], same, load, { isCostly: true })),
    );
    expect((await Promise.all(asking)).flat()).toEqual(Array.from({ length: 100 }, () => 0));
    expect(names.loads).toEqual([['a']]);
  });

  test('who claimed a load and failed holds up the others no longer than a claim lasts', async () => {
    const prefix = randomUUID();
    await using one = await inRedis({ prefix });
    await using other = await inRedis({ prefix });
    const fail = () => Promise.reject(new Error('no database'));
    await expect(one.read(['a'], same, fail, { isCostly: true })).rejects.toThrow('no database');
    const names = source();
    expect(await other.read(['a'], same, names.load, { isCostly: true })).toEqual([0]);
  });

  test('what one drops, no other finds', async () => {
    const prefix = randomUUID();
    await using one = await inRedis({ prefix });
    await using other = await inRedis({ prefix });
    const names = source();
    await one.read(['a'], same, names.load);
    expect(await other.read(['a'], same, names.load)).toEqual([0]);
    expect(names.loads).toHaveLength(1);
    names.change('a');
    await one.drop(['a']);
    expect(await other.read(['a'], same, names.load)).toEqual([1]);
  });

  test('one that starts takes over what is kept, unless it missed an event', async () => {
    const prefix = randomUUID();
    const names = source();
    {
      await using first = await inRedis({ prefix, position: 3 });
      await first.drop(['b'], 7);
      await first.read(['a'], same, names.load);
    }
    names.change('a');
    {
      await using knowing = await inRedis({ prefix, position: 7 });
      expect(await knowing.read(['a'], same, names.load)).toEqual([0]);
    }
    await using later = await inRedis({ prefix, position: 8 });
    expect(await later.read(['a'], same, names.load)).toEqual([1]);
  });
});

describe.runIf(noRedis === null)(`a Redis that fails${skipped}`, () => {
  test('killed: reads go on without it, and it is used again once it is back', async () => {
    await using server = await startRedis();
    const reports: unknown[] = [];
    await using cache = await inRedis({ report: (error) => reports.push(error) }, server);
    const names = source();
    await cache.read(['a'], same, names.load);
    await server.kill();
    await vi.waitFor(async () => {
      const before = names.loads.length;
      expect(await cache.read(['a'], same, names.load)).toEqual([0]);
      expect(names.loads.length).toBeGreaterThan(before);
    });
    names.change('a');
    await cache.drop(['a']);
    expect(await cache.read(['a'], same, names.load)).toEqual([1]);
    await server.start();
    await keeps(cache);
    expect(await cache.read(['a'], same, names.load)).toEqual([1]);
    expect(reports.length).toBeGreaterThan(0);
  });

  test.each([
    { told: 'while it was down', isDown: true },
    { told: 'after it was saved', isDown: false },
  ])('back with old data, it has nothing of what was dropped $told', async ({ isDown }) => {
    await using server = await startRedis();
    await using cache = await inRedis({}, server);
    const names = source();
    await cache.drop(['other'], 1);
    await cache.read(['a'], same, names.load);
    await save(server);
    names.change('a');
    if (!isDown) await cache.drop(['a'], 2);
    await server.kill();
    if (isDown) await cache.drop(['a']);
    await server.start();
    await keeps(cache);
    expect(await cache.read(['a'], same, names.load)).toEqual([1]);
  });

  test('back with all that it had, it is used as before', async () => {
    await using server = await startRedis();
    await using cache = await inRedis({}, server);
    const names = source();
    await cache.read(['a'], same, names.load);
    await save(server);
    await server.kill();
    await server.start();
    await keeps(cache);
    names.change('a');
    expect(await cache.read(['a'], same, names.load)).toEqual([0]);
  });

  test('hung: reads wait for it once, then go on without it until it answers again', async () => {
    await using server = await startRedis();
    await using cache = await inRedis({}, server);
    const names = source();
    await cache.read(['a'], same, names.load);
    server.hang();
    names.change('a');
    await cache.drop(['a']);
    expect(await cache.read(['a'], same, names.load)).toEqual([1]);
    server.goOn();
    await keeps(cache);
    expect(await cache.read(['a'], same, names.load)).toEqual([1]);
  });

  test('not there when the process starts, it is used once it is', async () => {
    await using server = await startRedis();
    await server.kill();
    const reports: unknown[] = [];
    const report = (error: unknown) => reports.push(error);
    const options = { url: server.url, prefix: 'p', position: 0, report };
    await using cache = createCache(createRedisStore(options));
    const names = source();
    expect(await cache.read(['a'], same, names.load)).toEqual([0]);
    await vi.waitFor(() => {
      expect(reports.length).toBe(1);
    });
    await server.start();
    await keeps(cache);
  });
});

async function save({ url }: OwnRedis): Promise<void> {
  const client = new Redis(url);
  await client.save();
  client.disconnect();
}

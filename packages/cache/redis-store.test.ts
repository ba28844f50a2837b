import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCache } from './cache.ts';
import { noRedis, startRedis, type OwnRedis } from './redis-server.ts';
import { createRedisStore } from './redis-store.ts';
import { inRedis, keeps, same, skipped, source, turns } from './testing/caches.ts';

let redis: OwnRedis;
beforeAll(async () => {
  if (noRedis === null) redis = await startRedis();
});
afterAll(async () => {
  if (noRedis === null) await redis[Symbol.asyncDispose]();
});

describe.runIf(noRedis === null)(`several processes on one Redis${skipped}`, () => {
  test('of all that ask at once for what is costly, one loads it', async () => {
    const prefix = randomUUID();
    await using one = await inRedis(redis, { prefix });
    await using other = await inRedis(redis, { prefix });
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
    await using one = await inRedis(redis, { prefix });
    await using other = await inRedis(redis, { prefix });
    const fail = () => Promise.reject(new Error('no database'));
    await expect(one.read(['a'], same, fail, { isCostly: true })).rejects.toThrow('no database');
    const names = source();
    expect(await other.read(['a'], same, names.load, { isCostly: true })).toEqual([0]);
  });

  test('what one drops, no other finds', async () => {
    const prefix = randomUUID();
    await using one = await inRedis(redis, { prefix });
    await using other = await inRedis(redis, { prefix });
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
      await using first = await inRedis(redis, { prefix, position: 3 });
      await first.drop(['b'], 7);
      await first.read(['a'], same, names.load);
    }
    names.change('a');
    {
      await using knowing = await inRedis(redis, { prefix, position: 7 });
      expect(await knowing.read(['a'], same, names.load)).toEqual([0]);
    }
    await using later = await inRedis(redis, { prefix, position: 8 });
    expect(await later.read(['a'], same, names.load)).toEqual([1]);
  });
});

describe.runIf(noRedis === null)(`a Redis that fails${skipped}`, () => {
  test('killed: reads go on without it, and it is used again once it is back', async () => {
    await using server = await startRedis();
    const reports: unknown[] = [];
    await using cache = await inRedis(server, { report: (error) => reports.push(error) });
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
    await using cache = await inRedis(server);
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
    await using cache = await inRedis(server);
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
    await using cache = await inRedis(server);
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

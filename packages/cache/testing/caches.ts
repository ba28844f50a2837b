import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { createCache, type Cache } from '../cache.ts';
import { noRedis, type OwnRedis } from '../redis-server.ts';
import { createRedisStore } from '../redis-store.ts';

export const minute = 60_000;

/** For the names of tests: why they are not run. */
export const skipped = noRedis === null ? '' : ` (SKIPPED: ${noRedis})`;

/** Tells what was asked of it; a name's value is how often it was changed. */
export function source() {
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

export const same = (name: string) => name;

export interface Sharing {
  readonly prefix?: string;
  readonly position?: number;
  readonly report?: (error: unknown) => unknown;
}

/** One process of those that share what Redis keeps under the prefix. */
export async function inRedis(
  { url }: OwnRedis,
  { prefix = randomUUID(), position = 0, report = (): unknown => undefined }: Sharing = {},
): Promise<Cache> {
  const cache = createCache(createRedisStore({ url, prefix, position, report }));
  await keeps(cache);
  return cache;
}

/** Waits until the cache keeps anything. */
export async function keeps(cache: Cache): Promise<void> {
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

/** Lets others have so many turns. */
export async function turns(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await turn();
}

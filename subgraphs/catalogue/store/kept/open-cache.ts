import { createCache, createMemoryStore, createRedisStore, type Cache } from '#cache';
import type { Streams } from '#events';
import { changes, staleTags } from '../changes.ts';

export interface CacheOptions {
  /** Null keeps all in this process. */
  readonly redisUrl: string | null;
  /** Of what is kept in this process. */
  readonly bytesMax: number;
  readonly streams: Streams;
  /** Until then, changes are heard of. */
  readonly signal: AbortSignal;
  /** Hears, once each time, that Redis can't be used. */
  readonly report: (error: unknown) => void;
}

/** In this process; most are small. */
const entriesMax = 100_000;
/** Another for each shape of what is kept: raise it when a field of it is added, or means something else. */
const shape = 3;

/** A cache that hears of every change of the catalogue, whichever process made it. */
export async function openCache(options: CacheOptions): Promise<Cache> {
  const { redisUrl, bytesMax, streams, signal, report } = options;
  const position = await streams.lastNumber(changes);
  const [first] = await streams.page(changes, 0, 1);
  // Another database, such as one begun anew, has other events: nothing of the old one is found.
  const prefix = `catalogue:${shape}:${first?.event.id ?? 'empty'}`;
  const cache = createCache(
    redisUrl === null
      ? createMemoryStore({ entriesMax, bytesMax })
      : createRedisStore({ url: redisUrl, prefix, position, report }),
  );
  void hearChanges(cache, streams, position, signal);
  return cache;
}

async function hearChanges(
  cache: Cache,
  streams: Streams,
  position: number,
  signal: AbortSignal,
): Promise<void> {
  for await (const { event, number } of streams.follow(changes, position, signal)) {
    await cache.drop(staleTags(event), number);
  }
}

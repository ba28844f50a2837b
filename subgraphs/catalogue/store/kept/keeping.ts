import type { Cache, Loaded } from '#cache';
import { createHash } from 'node:crypto';
import { rowsOf } from '../rows.ts';

/** Keeps what was read for shoppers, until an event tells that it has changed. */
export interface Keeping {
  readonly cache: Cache;
  /** How long at most: what is heard late is seen late by no more than that. */
  readonly ttlMs: number;
}

/** Reads by `keys` what is kept, and finds the rest. */
type Read<Key, Value> = (
  keys: readonly Key[],
  find: (missing: readonly Key[]) => Promise<readonly Value[]>,
) => Promise<Value[]>;

/** For what finds one thing by each key, or none. None is not kept: anybody may ask for what there isn't, without end. */
export function keepFound<Value>(
  { cache, ttlMs }: Keeping,
  name: string,
  keyOf: (value: Value) => string,
  tagsOf: (value: Value) => readonly string[],
): Read<string, Value> {
  return async (keys, find) => {
    const values = await cache.read(
      keys,
      (key) => `${name}/${key}`,
      async (missing) =>
        rowsOf(missing, await find(missing), keyOf).map(([value]): Loaded<Value | null> =>
          value === undefined
            ? { value: null, tags: [], ttlMs: 0 }
            : { value, tags: tagsOf(value), ttlMs },
        ),
    );
    return values.filter((value) => value !== null);
  };
}

/** For what gives something for each key, in their order. */
export function keepEach<Key, Value>(
  { cache, ttlMs }: Keeping,
  name: string,
  keyOf: (key: Key) => string,
  tagsOf: (key: Key) => readonly string[],
): Read<Key, Value> {
  return async (keys, find) =>
    await cache.read(
      keys,
      (key) => `${name}/${keyOf(key)}`,
      async (missing) => {
        const values = await find(missing);
        return values.flatMap((value, index) =>
          missing.slice(index, index + 1).map((key) => ({ value, tags: tagsOf(key), ttlMs })),
        );
      },
    );
}

/** A short name for what was asked. */
export function digest(asked: unknown): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url');
}

import { LRUCache } from 'lru-cache';
import { serialize } from 'node:v8';
import { dropsMax, type CacheStore, type Entry } from './store.ts';

export interface MemoryStoreOptions {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

/** Keeps values in this process; the least recently used go first. They are shared, so nobody may change them. */
export function createMemoryStore({ entriesMax, bytesMax }: MemoryStoreOptions): CacheStore {
  const kept = new LRUCache<string, KeptEntry>({ max: entriesMax, maxSize: bytesMax });
  /** When each tag was last dropped, the oldest first. */
  const drops = new Map<string, number>();
  let last = 0;
  let oldest = 0;

  function isGood({ since, tags }: KeptEntry): boolean {
    return since >= oldest && tags.every((tag) => (drops.get(tag) ?? 0) <= since);
  }

  return {
    find: (keys) => {
      const states = keys.map((key) => {
        const entry = kept.get(key);
        if (entry !== undefined && isGood(entry)) return entry;
        kept.delete(key);
        return 'missing';
      });
      return Promise.resolve({ states, since: `${last}` });
    },
    keep: (since, entries) => {
      for (const { key, ttlMs, ...entry } of entries) {
        const size = sizeOf(key, entry);
        kept.set(key, { ...entry, since: Number(since) }, { ttl: ttlMs, size });
      }
      return Promise.resolve();
    },
    drop: (tags) => {
      last += 1;
      for (const tag of tags) {
        drops.delete(tag); // to the end, in which order they are forgotten
        drops.set(tag, last);
      }
      for (const [tag, number] of drops) {
        if (drops.size <= dropsMax) break;
        drops.delete(tag);
        oldest = number;
      }
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => {
      kept.clear();
      return Promise.resolve();
    },
  };
}

interface KeptEntry extends Pick<Entry, 'value' | 'tags'> {
  readonly since: number;
}

/** About what it takes: an object in memory is larger than its copy in bytes. */
const memoryPerByte = 2;

function sizeOf(key: string, { value, tags }: Pick<Entry, 'value' | 'tags'>): number {
  return memoryPerByte * (key.length + tags.join().length + serialize(value).length);
}

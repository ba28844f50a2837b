import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheStore, Found } from './store.ts';

/** Values by key, each until something changes that it was made from, or its time is over. */
export interface Cache extends AsyncDisposable {
  /**
   * A value for each of `asked`, in their order. Those that aren't kept are loaded together; who asks for a
   * key that is being loaded waits for that. What was asked for after a drop ended is no older than it.
   * A load that fails fails for all who wait for it, and keeps nothing.
   */
  read<Asked, Value>(
    asked: readonly Asked[],
    keyOf: (asked: Asked) => string,
    /** Gives what is missing, in its order. */
    load: (missing: readonly Asked[]) => Promise<readonly Loaded<Value>[]>,
    options?: ReadOptions,
  ): Promise<Value[]>;
  /** Forgets all that has one of the tags. `position` is the event's that told of it, if an event did. */
  drop(tags: readonly string[], position?: number): Promise<void>;
  /** Begins a look at what is to be loaded from. */
  look(): Look;
}

/**
 * What several reads share that load from one look at their source, such as the parts of one search: what they
 * bring is as old as the first of them. Once anything was dropped, another has to be taken.
 */
export interface Look {
  readonly isGood: boolean;
}

export interface Loaded<Value> {
  /** Plain data that nobody changes: structured cloning copies it. */
  readonly value: Value;
  /** What it was made from, in words without spaces. */
  readonly tags: readonly string[];
  /** How long it is good for at most; 0 if it isn't to be kept. */
  readonly ttlMs: number;
}

export interface ReadOptions {
  /** For what costs more to load than to wait for: of all processes on one store, one loads it. */
  readonly isCostly?: boolean;
  /** Good, and only used for what is loaded here. */
  readonly look?: Look;
}

/** A claim lasts about so long: whoever made it may have died. */
const claimPollsMax = 30;
const claimPollMs = 10;

export function createCache(store: CacheStore): Cache {
  const flights = new Map<string, Promise<unknown>>();
  let drops = 0;
  const looks = new WeakMap<Look, string | null>();

  /** Where the drops stood when the look was first used; or stand now. */
  function startOf(look: Look | undefined, since: string | null): string | null {
    if (look === undefined) return since;
    const start = looks.get(look);
    if (start !== undefined) return start;
    looks.set(look, since);
    return since;
  }

  /** What others have claimed is waited for, until it is kept or they have given up. */
  async function find(keys: readonly string[], isCostly: boolean): Promise<Found> {
    const { states: first, since } = await store.find(keys, isCostly);
    const states = [...first];
    for (let polls = 0; polls < claimPollsMax && states.includes('claimed'); polls += 1) {
      await sleep(claimPollMs);
      const places = states.flatMap((state, place) => (state === 'claimed' ? [place] : []));
      const again = await store.find(
        places.map((place) => keys[place] ?? ''),
        isCostly,
      );
      for (const [nth, place] of places.entries()) states[place] = again.states[nth] ?? 'missing';
    }
    return { states, since };
  }

  async function fly<Asked, Value>(
    starting: readonly Flight<Asked>[],
    load: (missing: readonly Asked[]) => Promise<readonly Loaded<Value>[]>,
    { isCostly = false, look }: ReadOptions,
  ): Promise<void> {
    try {
      const { states, since: now } = await find(
        starting.map(({ key }) => key),
        isCostly,
      );
      const since = startOf(look, now);
      const missing = starting.filter(({ landing }, index) => {
        const state = states[index];
        if (typeof state !== 'object') return true;
        landing.resolve(state.value);
        return false;
      });
      if (missing.length === 0) return;

      const loaded = await load(missing.map(({ asked }) => asked));
      const entries = missing.flatMap(({ key, landing }, index) => {
        const answer = loaded[index];
        if (answer === undefined) throw new TypeError(`Nothing was loaded for ${key}.`);
        landing.resolve(answer.value);
        return answer.ttlMs > 0 ? [{ key, ...answer }] : [];
      });
      // Until it is kept, who asks next waits here.
      if (since !== null && entries.length > 0) await store.keep(since, entries);
    } catch (error) {
      for (const { landing } of starting) landing.reject(error);
    } finally {
      for (const { key, landing } of starting) {
        if (flights.get(key) === landing.promise) flights.delete(key);
      }
    }
  }

  return {
    read: async <Asked, Value>(
      all: readonly Asked[],
      keyOf: (asked: Asked) => string,
      load: (missing: readonly Asked[]) => Promise<readonly Loaded<Value>[]>,
      options: ReadOptions = {},
    ) => {
      const starting: Flight<Asked>[] = [];
      const answers = all.map((asked) => {
        const key = keyOf(asked);
        const flight = flights.get(key);
        if (flight !== undefined) return flight;
        const landing = Promise.withResolvers<unknown>();
        flights.set(key, landing.promise);
        starting.push({ asked, key, landing });
        return landing.promise;
      });
      if (starting.length > 0) void fly(starting, load, options);
      // What is kept under a key was loaded for it.
      return (await Promise.all(answers)) as Value[];
    },
    drop: async (tags, position) => {
      await store.drop(tags, position ?? null);
      flights.clear(); // they may bring what was so before
      drops += 1;
    },
    look: () => {
      const before = drops;
      return {
        get isGood() {
          return drops === before;
        },
      };
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

interface Flight<Asked> {
  readonly asked: Asked;
  readonly key: string;
  readonly landing: PromiseWithResolvers<unknown>;
}

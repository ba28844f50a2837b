import { Unavailable } from '#errors';
import { Redis } from 'ioredis';
import { deserialize, serialize } from 'node:v8';
import { dropScript, findScript, keepScript, resumeScript } from './redis-scripts.ts';
import type { CacheStore, State } from './store.ts';

export interface RedisStoreOptions {
  /** `redis:` or `rediss:`, with a password where there is one. */
  readonly url: string;
  /** Before every key; another for each shape of what is kept. */
  readonly prefix: string;
  /** Of the last event that we know of: what Redis keeps is good if it knows of that too. */
  readonly position: number;
  /** Hears, once each time, that Redis can't be used. */
  readonly report: (error: unknown) => void;
}

const connectTimeoutMs = 2_000;
const commandTimeoutMs = 1_000;
const reconnectMs = 500;
const claimMs = 300;

/**
 * Keeps values in Redis, for all processes. While Redis can't be used nothing is found, and nothing waits for
 * it. When it is there again, what it kept is dropped unless it knows of all drops that this process heard of.
 */
export function createRedisStore(options: RedisStoreOptions): CacheStore {
  const { url, prefix, report } = options;
  // One hash slot, so that a cluster runs the scripts too.
  const named = (name: string) => `{${prefix}}:${name}`;
  const [drops, at] = [named('drops'), named('position')];
  const redis = new Redis(url, {
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    retryStrategy: () => reconnectMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
  });
  let position = options.position;
  /** Whether a drop was not told to Redis. */
  let isBehind = false;
  let isUsable = false;
  let isReported = false;
  let isOpen = true;

  redis.on('error', lose);
  redis.on('close', () => {
    lose(new Unavailable('redis'));
  });
  redis.on('ready', () => void resume());

  async function resume(): Promise<void> {
    try {
      do {
        const wasBehind = isBehind;
        isBehind = false; // a drop that comes meanwhile sets it again
        await run(resumeScript, [drops, at], [position, wasBehind ? 1 : 0]).catch(
          (error: unknown) => {
            isBehind = wasBehind;
            throw error;
          },
        );
      } while (isBehind as boolean);
      isUsable = true;
      isReported = false;
    } catch (error) {
      giveUp(error);
    }
  }

  function lose(error: unknown): void {
    isUsable = false;
    if (isOpen && !isReported) report(error);
    isReported = true;
  }

  /** Begins anew: one that doesn't answer may hang. */
  function giveUp(error: unknown): void {
    lose(error);
    if (isOpen) redis.disconnect(true);
  }

  async function run(
    script: string,
    keys: readonly string[],
    values: readonly (string | number | Buffer)[],
  ): Promise<unknown> {
    return await redis.callBuffer('EVAL', script, keys.length, ...keys, ...values);
  }

  return {
    find: async (keys, claim) => {
      const nothing = { states: keys.map(() => 'missing' as const), since: null };
      if (!isUsable) return nothing;
      try {
        const names = [drops, ...keys.map(named)];
        const [since, ...found] = (await run(findScript, names, [claim ? claimMs : 0])) as [
          Buffer,
          ...(Buffer | number)[],
        ];
        return { states: found.map(stateOf), since: since.toString() };
      } catch (error) {
        giveUp(error);
        return nothing;
      }
    },
    keep: async (since, entries) => {
      if (!isUsable) return;
      try {
        await run(
          keepScript,
          entries.map(({ key }) => named(key)),
          [
            since,
            ...entries.flatMap(({ ttlMs, tags, value }) => [
              Math.ceil(ttlMs),
              tags.join(' '),
              serialize(value),
            ]),
          ],
        );
      } catch (error) {
        giveUp(error);
      }
    },
    drop: async (tags, eventPosition) => {
      position = Math.max(position, eventPosition ?? 0);
      if (!isUsable) {
        isBehind = true;
        return;
      }
      try {
        await run(dropScript, [drops, at], [eventPosition ?? '', ...tags]);
      } catch (error) {
        isBehind = true;
        giveUp(error);
      }
    },
    [Symbol.asyncDispose]: () => {
      isOpen = false;
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

function stateOf(found: Buffer | number): State {
  if (typeof found === 'number') return found === 1 ? 'claimed' : 'missing';
  try {
    return { value: deserialize(found) as unknown };
  } catch {
    return 'missing'; // kept by a Node that writes otherwise
  }
}

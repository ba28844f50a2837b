import { Unavailable } from '#errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

export interface DownstreamConfig {
  /** The base address. */
  readonly url: string;
  /** What it knows us by. */
  readonly token: string;
}

export interface Exchange {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Below the system's address. */
  readonly path: string;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  /** The JSON, or null where there is none. */
  readonly body: unknown;
}

/** A system that makes what is sold. */
export interface DownstreamSystem {
  readonly key: string;
  /** @throws Unavailable when no whole answer came: what was asked may or may not have been done. */
  exchange(exchange: Exchange): Promise<Answer>;
  /** Waits between two exchanges. @throws when the process stops. */
  pause(ms: number): Promise<void>;
}

/** All downstream systems, by their key, until disposed. */
export interface Downstream extends AsyncDisposable {
  readonly keys: readonly string[];
  /** @throws TypeError for a key that names none. */
  system(key: string): DownstreamSystem;
}

/** Exchanges with one system at once; more wait, within their own time. */
const connectionsMax = 10;
const connectTimeoutMs = 2_000;
const exchangeTimeoutMs = 10_000;
const answerBytesMax = 1024 * 1024;

export function openDownstream(configs: Readonly<Record<string, DownstreamConfig>>): Downstream {
  const stop = new AbortController();
  const pools: Pool[] = [];
  const systems = new Map(
    Object.entries(configs).map(([key, { url, token }]) => {
      const { origin, pathname } = new URL(url);
      const pool = new Pool(origin, {
        connections: connectionsMax,
        connect: { timeout: connectTimeoutMs },
        headersTimeout: exchangeTimeoutMs,
        bodyTimeout: exchangeTimeoutMs,
        maxResponseSize: answerBytesMax,
      });
      pools.push(pool);
      const system: DownstreamSystem = {
        key,
        exchange: async ({ method, path, body }) => {
          const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(exchangeTimeoutMs)]);
          try {
            const answer = await pool.request({
              method,
              path: `${pathname.replace(/\/$/, '')}${path}`,
              headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
              body: body === undefined ? null : JSON.stringify(body),
              signal,
            });
            return { status: answer.statusCode, body: parse(await answer.body.text()) };
          } catch (error) {
            stop.signal.throwIfAborted(); // we hung up ourselves: that is no answer of theirs
            throw new Unavailable(key, error);
          }
        },
        pause: async (ms) => {
          await sleep(ms, undefined, { signal: stop.signal });
        },
      };
      return [key, system];
    }),
  );
  return {
    keys: [...systems.keys()],
    system: (key) => {
      const system = systems.get(key);
      if (system === undefined) throw new TypeError(`There is no downstream system ${key}.`);
      return system;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all(pools.map((pool) => pool.destroy()));
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

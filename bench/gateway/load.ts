import { Child } from './child.ts';
import { loadCpu } from './machine.ts';
import type { Tokens } from './tokens.ts';

/** What the requests of a load have in common, and what not. */
export type LoadKind =
  'all equal' | 'another caller each' | 'another token each' | 'another operation each';

export interface Load {
  readonly query: string;
  readonly kind: LoadKind;
  readonly connections: number;
  /** Sent with each request. */
  readonly authorization?: string;
  /** Those of `another token each`. */
  readonly tokens?: Tokens;
  /** How long a connection waits after each answer. */
  readonly pauseMs?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 200, and requests that had none. */
  readonly errors: number;
}

const script = new URL('load.lua', import.meta.url).pathname;

/** Stands in queries where each request of `another operation each` has a number of its own. */
export const coldAlias = 'cold00000000';

let numbered = 0;
/** Where a run ended the next goes on, so that no token comes back before all others have. */
let tokensUsed = 0;
const requestsPerSecondMax = 25_000;

/** Runs `wrk` against a gateway for so many seconds. */
export async function runLoad(
  url: string,
  { query, kind, connections, authorization, tokens, pauseMs = 0 }: Load,
  seconds: number,
  signal: AbortSignal,
): Promise<LoadResult> {
  signal.throwIfAborted();
  if (kind !== 'all equal') numbered += seconds * requestsPerSecondMax;
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', script, url];
  const env = {
    BODY: JSON.stringify({ query }),
    KIND: kind,
    FIRST: String(tokens ? tokensUsed : numbered),
    PAUSE_MS: String(pauseMs),
    ...(authorization !== undefined && { AUTHORIZATION: authorization }),
    ...(tokens && { TOKENS: tokens.file }),
  };
  await using wrk = new Child({ file: 'wrk', args, env }, loadCpu);
  const words = await wrk.whenEnded(signal);
  const result = /^RESULT (.*)$/m.exec(words)?.[1];
  if (result === undefined) throw new Error(`wrk: ${words}`);
  const outcome = JSON.parse(result) as LoadResult;
  if (tokens) tokensUsed += outcome.requests + connections;
  return outcome;
}

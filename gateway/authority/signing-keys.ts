import { Unavailable } from '#errors';
import type { Logger } from '#service';
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  type LocalJWKSet,
} from 'jose';

export interface SigningKeysOptions {
  /** Where identity publishes its keys (RFC 7517). */
  readonly url: string;
  readonly clock: () => Date;
  readonly logger: Logger;
}

const freshMs = 5 * 60_000;
/** Between two questions at least, so that tokens with invented key ids can't flood identity. */
const coolDownMs = { answered: 5_000, failed: 1_000 };
const timeoutMs = 3_000;

/**
 * Identity's signing keys: kept, read again now and then, and when a token names one that is not among
 * them. While identity can't be asked, those that are known go on working.
 */
export function createSigningKeys({ url, clock, logger }: SigningKeysOptions): JWTVerifyGetKey {
  let keys: LocalJWKSet | undefined;
  let asked = { at: Number.NEGATIVE_INFINITY, answer: Promise.resolve() };
  let failure: unknown;

  /** Asks, unless somebody has just asked: then the answer is the same. */
  async function refresh(): Promise<void> {
    const now = clock().getTime();
    if (now - asked.at >= coolDownMs[failure === undefined ? 'answered' : 'failed']) {
      asked = {
        at: now,
        answer: readKeys(url).then(
          (jwks) => {
            keys = createLocalJWKSet(jwks);
            failure = undefined;
          },
          (error: unknown) => {
            failure = error;
            logger.warn("identity's signing keys can't be read", { error });
          },
        ),
      };
    }
    await asked.answer;
  }

  return async (header, token) => {
    if (keys === undefined) await refresh();
    else if (clock().getTime() - asked.at > freshMs) void refresh();
    try {
      if (keys) return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      if (failure === undefined && keys) return await keys(header, token);
    }
    // It may be a good one: we can't tell.
    throw new Unavailable('identity', failure);
  };
}

async function readKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as JSONWebKeySet;
}

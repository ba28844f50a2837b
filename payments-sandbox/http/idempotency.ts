import type { IncomingMessage } from 'node:http';
import { invalidRequest, StripeError } from '../domain/stripe-error.ts';

const keyLengthMax = 255;

/** The request's `Idempotency-Key`, if it has one. */
export function idempotencyKey({ headers }: IncomingMessage): string | undefined {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return undefined;
  if (key.length <= keyLengthMax) return key;
  throw invalidRequest(`Idempotency keys can have at most ${keyLengthMax} characters.`);
}

/** Runs work under its key; while it is under way, a second with the same key is turned away. */
export function createKeysUnderWay() {
  const underWay = new Set<string>();

  return async <T>(key: string | undefined, work: () => Promise<T>): Promise<T> => {
    if (key === undefined) return await work();
    if (underWay.has(key)) {
      throw new StripeError(
        409,
        'idempotency_error',
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        { code: 'idempotency_key_in_use' },
      );
    }
    underWay.add(key);
    try {
      return await work();
    } finally {
      underWay.delete(key);
    }
  };
}

export function keyReused(key: string, keptPath: string, path: string): StripeError {
  const same =
    keptPath === path
      ? 'with the same parameters they were first used with'
      : `for the same endpoint they were first used for ('${keptPath}' vs '${path}')`;
  return new StripeError(
    400,
    'idempotency_error',
    `Keys for idempotent requests can only be used ${same}. Try using a key other than '${key}' if you meant to execute a different request.`,
  );
}

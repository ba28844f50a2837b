import { Refusal } from '#errors';
import type { Sql } from './transaction.ts';

/** A call that may come twice. Its key counts for one caller and one operation. */
export interface Attempt {
  readonly callerId: string;
  readonly operation: string;
  /** 255 characters at most. */
  readonly key: string;
  /** All that decides the outcome, as JSON values. */
  readonly input: unknown;
}

const keyLengthMax = 255;

/**
 * Does the work once for the caller's key, inside the transaction `tx`, and keeps the id of what it led
 * to. The same key and input give that id again; the same key with other input is refused. A second
 * call at once waits, on the unique index, until the first has ended. A refusal frees the key, since it
 * rolls the transaction back.
 */
export async function once(
  tx: Sql,
  { callerId, operation, key, input }: Attempt,
  work: () => Promise<string | Refusal>,
): Promise<string | Refusal> {
  if (key === '' || key.length > keyLengthMax || key.includes('\0')) {
    return new Refusal(
      'IDEMPOTENCY_KEY_INVALID',
      `An idempotency key has 1 to ${keyLengthMax} characters, and no U+0000.`,
      ['idempotencyKey'],
    );
  }
  const scope = [callerId, operation, key];
  const text = JSON.stringify(input);
  // jsonb's text has its keys sorted, so equal inputs have equal hashes.
  const claimed = await tx.$queryRawUnsafe<unknown[]>(
    `insert into events.idempotency_key (caller, operation, key, input_hash)
     values ($1, $2, $3, sha256(convert_to($4::jsonb::text, 'UTF8'))) on conflict do nothing
     returning 1`,
    ...scope,
    text,
  );
  if (claimed.length === 0) {
    const [kept] = await tx.$queryRawUnsafe<{ outcome: string; same: boolean }[]>(
      `select outcome, input_hash = sha256(convert_to($4::jsonb::text, 'UTF8')) as same
       from events.idempotency_key where (caller, operation, key) = ($1, $2, $3)`,
      ...scope,
      text,
    );
    return kept?.same === true ? kept.outcome : keyReused();
  }
  const outcome = await work();
  if (!(outcome instanceof Refusal)) {
    await tx.$queryRawUnsafe(
      `update events.idempotency_key set outcome = $4 where (caller, operation, key) = ($1, $2, $3)`,
      ...scope,
      outcome,
    );
  }
  return outcome;
}

function keyReused(): Refusal {
  return new Refusal(
    'IDEMPOTENCY_KEY_REUSED',
    'This key was used for another input; give a new one.',
    ['idempotencyKey'],
  );
}

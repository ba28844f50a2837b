import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Charge } from '../domain/charge.ts';
import type { PaymentIntent } from '../domain/payment-intent.ts';
import type { PaymentMethod } from '../domain/payment-method.ts';
import type { Refund } from '../domain/refund.ts';
import { openIdempotencyKeys, type IdempotencyKeys } from './idempotency-keys.ts';
import { openTable, type Table } from './table.ts';

/** All that the sandbox knows. */
export interface Ledger extends Disposable {
  readonly intents: Table<PaymentIntent>;
  readonly charges: Table<Charge>;
  readonly refunds: Table<Refund>;
  readonly paymentMethods: Table<PaymentMethod>;
  readonly keys: IdempotencyKeys;
  /** Commits what the work changes, all or nothing. */
  transact<T>(work: () => T): T;
  /** Inside a transaction: takes back what the work changed when it throws, and that alone. */
  attempt<T>(work: () => T): T;
}

/** Opens the file, or makes it. Calls are synchronous: nothing comes between a look and the change after it. */
export function openLedger(file: string): Ledger {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec(
    `pragma journal_mode = wal; -- what was committed outlives a killed process
     pragma synchronous = normal;`,
  );
  function around<T>(begin: string, commit: string, rollback: string, work: () => T): T {
    database.exec(begin);
    try {
      const result = work();
      database.exec(commit);
      return result;
    } catch (error) {
      database.exec(rollback);
      throw error;
    }
  }
  return {
    intents: openTable(database, 'payment_intent', []),
    charges: openTable(database, 'charge', ['paymentIntent', 'heldUntil']),
    refunds: openTable(database, 'refund', ['paymentIntent', 'charge']),
    paymentMethods: openTable(database, 'payment_method', []),
    keys: openIdempotencyKeys(database),
    transact: (work) => around('begin immediate', 'commit', 'rollback', work),
    attempt: (work) =>
      around('savepoint attempt', 'release attempt', 'rollback to attempt; release attempt', work),
    [Symbol.dispose]: () => {
      database.close();
    },
  };
}

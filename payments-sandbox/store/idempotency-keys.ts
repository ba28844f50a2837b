import type { DatabaseSync } from 'node:sqlite';

/** What a request led to, kept under its key. */
export interface KeptAnswer {
  readonly path: string;
  /** A hash of the parameters. */
  readonly fingerprint: string;
  readonly requestId: string;
  readonly status: number;
  readonly body: object;
}

export interface IdempotencyKeys {
  find(key: string, now: number): KeptAnswer | undefined;
  keep(key: string, answer: KeptAnswer, now: number): void;
}

const keptSeconds = 24 * 60 * 60;

export function openIdempotencyKeys(database: DatabaseSync): IdempotencyKeys {
  database.exec(
    `create table if not exists idempotency_key (
       key text primary key,
       created integer not null, -- seconds since 1970
       answer text not null -- JSON
     ) strict;
     create index if not exists idempotency_key_created on idempotency_key (created)`,
  );
  const select = database.prepare(
    'select answer from idempotency_key where key = ? and created > ?',
  );
  const insert = database.prepare(
    'insert into idempotency_key (key, created, answer) values (?, ?, ?)',
  );
  const removeOld = database.prepare('delete from idempotency_key where created <= ?');
  return {
    find: (key, now) => {
      const row = select.get(key, now - keptSeconds);
      return row && (JSON.parse(String(row['answer'])) as KeptAnswer);
    },
    keep: (key, answer, now) => {
      removeOld.run(now - keptSeconds);
      insert.run(key, now, JSON.stringify(answer));
    },
  };
}

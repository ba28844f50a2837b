// For the tests of this package: a domain on plain `pg`, in this process or in one that is killed.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openEvents, type Events } from './events.ts';
import {
  createTransact,
  type Sql,
  type Transact,
  type TransactionalClient,
} from './transaction.ts';

export interface Domain extends AsyncDisposable {
  readonly events: Events;
  readonly pool: pg.Pool;
  readonly transact: Transact<Sql>;
}

const connectionsMax = 20;

export function openDomain(source: string, databaseUrl: string, eventsDatabaseUrl: string): Domain {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connectionsMax });
  pool.on('error', () => undefined);
  const report = () => undefined;
  const events = openEvents({ source, databaseUrl, eventsDatabaseUrl, report });
  const client = transactionalClient(pool);
  const clock = () => new Date();
  return {
    events,
    pool,
    transact: createTransact({ client, bell: events.bell, source, clock }),
    [Symbol.asyncDispose]: async () => {
      await events[Symbol.asyncDispose]();
      await pool.end();
    },
  };
}

/** Commits one fact with its event, in an order's and a customer's stream. */
export async function writeFact({ transact }: Domain, streams: readonly string[]): Promise<string> {
  const id = randomUUID();
  await transact(async (tx, append) => {
    await tx.$queryRawUnsafe('insert into fact (id) values ($1)', id);
    append({ type: 'fact', streams, actor: 'usr_1', data: { id } });
  });
  return id;
}

/** Applies the facts of `source` in the domain, each as a row of `effect`. */
export function consumeFacts({ events, transact }: Domain, source: string): void {
  events.consume({
    source,
    transact,
    apply: async (tx, facts) => {
      for (const { data } of facts) {
        await tx.$queryRawUnsafe('insert into effect (id) values ($1)', data['id']);
      }
    },
  });
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition never held');
    await sleep(50);
  }
}

function transactionalClient(pool: pg.Pool): TransactionalClient<Sql> {
  return {
    $transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const answer = await work({
          $queryRawUnsafe: async <Rows>(text: string, ...values: unknown[]) =>
            (await client.query(text, values)).rows as Rows,
        });
        await client.query('commit');
        return answer;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    },
  };
}

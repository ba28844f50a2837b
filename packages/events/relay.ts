import type { Pool } from 'pg';
import { repeat, type Bell } from './bell.ts';
import type { Bus, Published } from './bus.ts';
import { batchMax, numberSql } from './number.ts';

export interface RelayOptions {
  /** The domain's own database. */
  readonly pool: Pool;
  readonly bell: Bell;
  /** The domain's name on the bus. */
  readonly source: string;
  readonly bus: Bus;
  readonly signal: AbortSignal;
  readonly report: (error: unknown) => void;
}

/** A bus that lost its data gets back this many events at most. */
const refillMax = 1_000_000;

/**
 * Numbers what was committed, in its source and in its streams, and carries it to the bus, until the
 * signal. Any number of processes may run it.
 */
export async function runRelay(options: RelayOptions): Promise<void> {
  const { pool, bell, source, bus, signal, report } = options;
  using committed = bell.listen('outbox', signal);
  using numbered = bell.listen('numbered', signal);
  let end = 0; // where we believe that the bus's log ends; the bus corrects us
  await Promise.all([
    repeat(committed, signal, report, async () => {
      const count = await numberBatch(pool);
      if (count > 0) bell.ring(['numbered']);
      return count === batchMax;
    }),
    // Apart from the numbering, so that a bus that is down stops no subscription.
    repeat(numbered, signal, report, async () => {
      const published = await publishBatch(pool, bus, source, end);
      end = published.end;
      return published.more;
    }),
  ]);
}

/** Carries all that was committed to the bus, and returns: for a command that ends. */
export async function drainOutbox(pool: Pool, bus: Bus, source: string): Promise<void> {
  while ((await numberBatch(pool)) > 0);
  let end = 0;
  let more = true;
  while (more) ({ end, more } = await publishBatch(pool, bus, source, end));
}

async function publishBatch(pool: Pool, bus: Bus, source: string, end: number) {
  const events = await readNumbered(pool, end);
  const last = events.at(-1)?.position ?? end;
  const now = await bus.append(source, end, events);
  return { end: now, more: now !== last || events.length === batchMax };
}

async function numberBatch(pool: Pool): Promise<number> {
  // Two statements in one message: pg answers with a result for each.
  const results = (await pool.query(numberSql)) as unknown as { rows: { count: string }[] }[];
  return Number(results[1]?.rows[0]?.count);
}

async function readNumbered(pool: Pool, end: number): Promise<Published[]> {
  const { rows } = await pool.query<Published>({
    name: 'read-outbox',
    text: `select position::float8, event::text from events.outbox
      where position > greatest($1, (select last from events.relay) - $2)
      order by outbox.position limit ${batchMax}`,
    values: [end, refillMax],
  });
  return rows;
}

import { Refusal } from '#errors';
import { randomUUID } from 'node:crypto';
import type { Bell } from './bell.ts';
import type { CloudEvent, NewEvent } from './event.ts';

/** Runs SQL in one transaction; a Prisma transaction client is one. */
export interface Sql {
  $queryRawUnsafe<Rows>(text: string, ...values: unknown[]): Promise<Rows>;
}

/** Opens transactions; a Prisma client does. */
export interface TransactionalClient<Tx extends Sql> {
  $transaction<Answer>(
    work: (tx: Tx) => Promise<Answer>,
    options?: { readonly maxWait?: number; readonly timeout?: number },
  ): Promise<Answer>;
}

export interface TransactionOptions<Tx extends Sql> {
  readonly client: TransactionalClient<Tx>;
  /** Rings `outbox` after a commit that left events. */
  readonly bell: Bell;
  /** The domain that the events come from. */
  readonly source: string;
  readonly clock: () => Date;
  /** How long one may take, without the wait for a connection: 10 s unless said. For batches in the background. */
  readonly timeoutMs?: number;
  /** Hears of a commit's events before who made it goes on: what this process itself has changed, it knows. */
  readonly committed?: (events: readonly NewEvent[]) => Promise<void>;
}

/** Commits work and its events as one. */
export type Transact<Tx extends Sql> = <Answer>(
  work: (tx: Tx, append: (event: NewEvent) => void) => Promise<Answer>,
) => Promise<Answer>;

const waitMsMax = 10_000;
const defaultTimeoutMs = 10_000;

/**
 * Makes a domain's way to commit: the work's events are buffered and written last, in one statement, so
 * what is written later has a higher `seq` if it can know of this. A refusal changes nothing.
 */
export function createTransact<Tx extends Sql>(options: TransactionOptions<Tx>): Transact<Tx> {
  const { client, bell, source, clock, timeoutMs = defaultTimeoutMs, committed } = options;
  const limits = { maxWait: waitMsMax, timeout: timeoutMs };
  return async (work) => {
    const events: NewEvent[] = [];
    try {
      const answer = await client.$transaction(async (tx) => {
        const outcome = await work(tx, (event) => events.push(event));
        if (outcome instanceof Refusal) throw new RolledBack(outcome);
        if (events.length > 0) await keepEvents(tx, source, events, clock());
        return outcome;
      }, limits);
      if (events.length > 0) {
        bell.ring(['outbox']);
        await committed?.(events);
      }
      return answer;
    } catch (error) {
      // The refusal is what `work` returned, so it is an `Answer`; thrown, it undid the transaction.
      if (error instanceof RolledBack) return error.refusal as never;
      throw error;
    }
  };
}

class RolledBack extends Error {
  override readonly name = 'RolledBack';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

async function keepEvents(
  tx: Sql,
  source: string,
  events: readonly NewEvent[],
  now: Date,
): Promise<void> {
  const rows = events.map(({ streams, type, actor, data }) => {
    const time = now.toISOString();
    const id = randomUUID();
    const event: CloudEvent = { specversion: '1.0', id, type, source, time, actor, data };
    return { streams, event };
  });
  await tx.$queryRawUnsafe(
    `insert into events.outbox (streams, event)
     select streams, event from jsonb_to_recordset($1::jsonb) as e(streams text[], event jsonb)`,
    JSON.stringify(rows),
  );
}

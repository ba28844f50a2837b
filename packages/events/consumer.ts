import { repeat } from './bell.ts';
import type { Bus } from './bus.ts';
import type { CloudEvent, NewEvent } from './event.ts';
import type { Sql, Transact } from './transaction.ts';

export interface ConsumerOptions<Tx extends Sql> {
  /** The consuming domain's way to commit. */
  readonly transact: Transact<Tx>;
  /** Whose events are applied. */
  readonly source: string;
  readonly bus: Bus;
  /** Applies events, in their order; may append events of the consuming domain's own. */
  readonly apply: (
    tx: Tx,
    events: readonly CloudEvent[],
    append: (event: NewEvent) => void,
  ) => Promise<void>;
  readonly signal: AbortSignal;
  /** Hears of an event that can't be applied: it stops this consumer alone, until it can. */
  readonly report: (error: unknown) => void;
  /** Called whenever all that the log holds was applied. */
  readonly caughtUp?: () => void;
}

const batchMax = 100;

/**
 * Applies each event of a source once, in order, until the signal: the position moves in the
 * transaction of the effects. Any number of processes may run it.
 */
export async function runConsumer<Tx extends Sql>(options: ConsumerOptions<Tx>): Promise<void> {
  const { transact, source, bus, apply, signal, report, caughtUp } = options;
  using grown = bus.bell.listen(source, signal);
  let batchSize = batchMax;
  await repeat(grown, signal, report, async () => {
    const position = await transact((tx) => readPosition(tx, source));
    const events = await bus.read(source, position, batchSize);
    const last = events.at(-1)?.position;
    if (last === undefined) {
      caughtUp?.();
      return false;
    }
    if (events[0]?.position !== position + 1) throw new EventsLost(source, position);

    const full = batchSize;
    batchSize = 1; // until it worked: an event that fails must not hold back those before it
    await transact(async (tx, append) => {
      const moved = await movePosition(tx, source, position, last);
      if (!moved) return; // another process was faster
      const told = events.map(({ event }) => JSON.parse(event) as CloudEvent);
      await apply(tx, told, append);
    });
    batchSize = Math.min(batchMax, full * 2);
    return true;
  });
}

/** The bus no longer has events that this consumer needs; nothing is skipped silently. */
class EventsLost extends Error {
  override readonly name = 'EventsLost';

  constructor(source: string, position: number) {
    super(`The bus has lost events of ${source} after position ${position}; refill it.`);
  }
}

async function readPosition(tx: Sql, source: string): Promise<number> {
  const rows = await tx.$queryRawUnsafe<{ position: number }[]>(
    `insert into events.inbox as i (source, position) values ($1, 0)
     on conflict (source) do update set position = i.position returning position::float8`,
    source,
  );
  return rows[0]?.position ?? 0;
}

async function movePosition(tx: Sql, source: string, from: number, to: number): Promise<boolean> {
  const rows = await tx.$queryRawUnsafe<unknown[]>(
    `update events.inbox set position = $3 where source = $1 and position = $2 returning 1`,
    source,
    from,
    to,
  );
  return rows.length === 1;
}

import { runSql } from '#database';
import { setTimeout as delay } from 'node:timers/promises';
import { CannotStart } from './cannot-start.ts';

/** How many events of a source a domain has yet to apply. */
export interface EventsLag {
  readonly source: string;
  readonly consumer: string;
  readonly behind: number;
}

interface Positions {
  readonly committed: number;
  readonly applied: Readonly<Record<string, number>>;
}

const pollMs = 100;
const patienceMs = 60_000;

/** Of each domain that consumes another's events. */
export async function readEventsLags(
  databaseUrls: Readonly<Record<string, string>>,
): Promise<EventsLag[]> {
  const domains = Object.entries(databaseUrls).filter(([name]) => name !== 'events');
  const positions = new Map<string, Positions>();
  await Promise.all(
    domains.map(async ([name, url]) => {
      const { rows } = await runSql(url, [positionsSql]);
      positions.set(name, (rows as Positions[])[0] ?? { committed: 0, applied: {} });
    }),
  );
  return [...positions].flatMap(([consumer, { applied }]) =>
    Object.entries(applied).map(([source, position]) => ({
      source,
      consumer,
      behind: (positions.get(source)?.committed ?? 0) - position,
    })),
  );
}

/** Waits until the consumer has applied all that the source has committed. */
export async function untilApplied(
  databaseUrls: Readonly<Record<string, string>>,
  { source, consumer }: Omit<EventsLag, 'behind'>,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const lags = await readEventsLags(databaseUrls);
    if (lags.some((lag) => lag.source === source && lag.consumer === consumer && lag.behind <= 0)) {
      return;
    }
    if (performance.now() > deadline) {
      throw new CannotStart(`${consumer} does not apply the events of ${source}; see its log`);
    }
    await delay(pollMs, undefined, { signal });
  }
}

const positionsSql = `
  select ((select last from events.relay)
          + (select count(*) from events.outbox where position is null))::float8 as committed,
         (select coalesce(json_object_agg(source, position), '{}') from events.inbox) as applied`;

import pg from 'pg';
import { Bell, hear, poll } from './bell.ts';
import { createPostgresBus, type Bus } from './bus.ts';
import { runConsumer, type ConsumerOptions } from './consumer.ts';
import { runRelay } from './relay.ts';
import { createStreams, type Streams } from './streams.ts';
import type { Sql } from './transaction.ts';

export interface EventsOptions {
  /** The domain's name on the bus, such as `orders`. */
  readonly source: string;
  /** The domain's own database, as its runtime role. */
  readonly databaseUrl: string;
  /** The database `events`: the log of all domains. */
  readonly eventsDatabaseUrl: string;
  /** Hears of what went wrong and will be tried again. */
  readonly report: (error: unknown) => void;
}

/** A domain's events, in motion: numbered, carried to the bus and readable, until disposed. */
export interface Events extends AsyncDisposable {
  readonly source: string;
  /** Rings `outbox` after a commit, and each stream when the relay has numbered its events. */
  readonly bell: Bell;
  readonly bus: Bus;
  readonly streams: Streams;
  /** Aborted first when disposed: whatever reads streams or the bus ends with it. */
  readonly signal: AbortSignal;
  /** Applies another domain's events, until disposed. */
  consume<Tx extends Sql>(options: Omit<ConsumerOptions<Tx>, 'bus' | 'signal' | 'report'>): void;
}

const connectionsMax = 4;
const connectTimeoutMs = 5_000;
const statementTimeoutMs = 15_000;

export function openEvents(options: EventsOptions): Events {
  const { source, databaseUrl, eventsDatabaseUrl, report } = options;
  const stop = new AbortController();
  const bell = new Bell();
  const pool = openPool(databaseUrl, report);
  const busPool = openPool(eventsDatabaseUrl, report);
  const bus = createPostgresBus(busPool, new Bell());
  const running = [
    hear(bell, databaseUrl, 'stream', stop.signal),
    poll(bell, stop.signal),
    hear(bus.bell, eventsDatabaseUrl, 'source', stop.signal),
    poll(bus.bell, stop.signal),
    runRelay({ pool, bell, source, bus, signal: stop.signal, report }),
  ];
  return {
    source,
    bell,
    bus,
    streams: createStreams({ pool, bell }),
    signal: stop.signal,
    consume: (consumer) => {
      running.push(runConsumer({ ...consumer, bus, signal: stop.signal, report }));
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.allSettled(running);
      await Promise.all([pool.end(), busPool.end()]);
    },
  };
}

/** A small pool whose idle connections may break without harm. */
export function openPool(connectionString: string, report: (error: unknown) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
  });
  pool.on('error', report);
  return pool;
}

import type { Pool } from 'pg';
import type { Bell } from './bell.ts';
import type { CloudEvent } from './event.ts';

/** An event in its place in one stream. */
export interface StreamEvent {
  readonly stream: string;
  /** 1, 2, 3 … in its stream, without a gap. */
  readonly number: number;
  readonly event: CloudEvent;
}

/** Reads a domain's own streams. */
export interface Streams {
  /** The number of the stream's last event, or 0. */
  lastNumber(stream: string): Promise<number>;
  /** The same of each of these. */
  lastNumbers(streams: readonly string[]): Promise<number[]>;
  /** At most `limit` events after that number, oldest first. */
  page(stream: string, after: number, limit: number): Promise<StreamEvent[]>;
  /** The stream's events after that number, then each new one, until the signal. */
  follow(
    stream: string,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<StreamEvent, void, void>;
  /** The same of several streams, each after its own number, all in the order in which they were numbered. */
  followAll(
    after: ReadonlyMap<string, number>,
    signal: AbortSignal,
  ): AsyncGenerator<StreamEvent, void, void>;
}

const pageMax = 100;

export function createStreams({
  pool,
  bell,
}: {
  readonly pool: Pool;
  readonly bell: Bell;
}): Streams {
  const fetch = createSharedFetch(pool);

  async function lastNumbers(streams: readonly string[]): Promise<number[]> {
    const { rows } = await pool.query<{ name: string; last: number }>(
      'select name, last::float8 from events.stream where name = any($1)',
      [streams],
    );
    const lasts = new Map(rows.map(({ name, last }) => [name, last]));
    return streams.map((stream) => lasts.get(stream) ?? 0);
  }

  async function* followAll(after: ReadonlyMap<string, number>, signal: AbortSignal) {
    const lasts = new Map(after);
    using ear = bell.listen([...lasts.keys()], signal); // before the first read: what comes in between rings
    while (!signal.aborted) {
      const asked = Array.from(lasts, ([stream, last]) => fetch(stream, last));
      const pages = await Promise.all(asked).catch(() => null); // asked again at the next ring
      const { events, more } = merge(pages ?? []);
      for (const event of events) {
        if (isAborted(signal)) return;
        lasts.set(event.stream, event.number);
        yield event;
      }
      if (!more) await ear.rung();
    }
  }

  return {
    lastNumbers,
    lastNumber: async (stream) => {
      const [last = 0] = await lastNumbers([stream]);
      return last;
    },
    page: async (stream, after, limit) => {
      const { rows } = await pool.query<StreamEvent>(
        `select stream, number::float8, event from events.stream_event join events.outbox using (seq)
         where stream = $1 and number > $2 order by stream_event.number limit $3`,
        [stream, after, limit],
      );
      return rows;
    },
    follow: (stream, after, signal) => followAll(new Map([[stream, after]]), signal),
    followAll,
  };
}

/** An event with its place among all of the domain. */
interface PlacedEvent extends StreamEvent {
  readonly position: number;
}

/** The events of pages that were read at once, in one order, up to where a full page ends: behind it more may follow. */
function merge(pages: readonly (readonly PlacedEvent[])[]) {
  const full = pages.filter(({ length }) => length === pageMax);
  const end = Math.min(...full.map((page) => page.at(-1)?.position ?? 0)); // of none, infinite
  const events = pages
    .flat()
    .filter(({ position }) => position <= end)
    .sort((a, b) => a.position - b.position);
  return { events, more: full.length > 0 };
}

interface Question {
  readonly stream: string;
  readonly after: number;
  readonly answer: PromiseWithResolvers<readonly PlacedEvent[]>;
}

/** One query at a time for the whole process: whoever asks meanwhile shares the next, and equal questions share one answer. */
function createSharedFetch(pool: Pool) {
  let waiting = new Map<string, Question>();
  let running = false;

  async function run(): Promise<void> {
    running = true;
    await new Promise(setImmediate);
    while (waiting.size > 0) {
      const asked = [...waiting.values()];
      waiting = new Map();
      try {
        const { rows } = await pool.query<PlacedEvent & { nth: number }>({
          name: 'read-streams',
          text: readSql,
          values: [asked.map(({ stream }) => stream), asked.map(({ after }) => after)],
        });
        const pages = Map.groupBy(rows, ({ nth }) => nth);
        for (const [index, { answer }] of asked.entries())
          answer.resolve(pages.get(index + 1) ?? []);
      } catch (error) {
        for (const { answer } of asked) answer.reject(error);
      }
    }
    running = false;
  }

  return (stream: string, after: number): Promise<readonly PlacedEvent[]> => {
    const key = `${after} ${stream}`;
    const question = waiting.get(key) ?? { stream, after, answer: Promise.withResolvers() };
    waiting.set(key, question);
    if (!running) void run();
    return question.answer.promise;
  };
}

const readSql = `
select nth::int, asked.stream, number::float8, position::float8, event
from unnest($1::text[], $2::bigint[]) with ordinality as asked(stream, after, nth),
lateral (
  select number, position, event from events.stream_event join events.outbox using (seq)
  where stream_event.stream = asked.stream and number > after order by number limit ${pageMax}
) as page
order by nth, page.number`;

// A function, since the compiler believes that a flag which was false stays so.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

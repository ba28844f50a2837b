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
  /** At most `limit` events after that number, oldest first. */
  page(stream: string, after: number, limit: number): Promise<StreamEvent[]>;
  /** The stream's events after that number, then each new one, until the signal. */
  follow(
    stream: string,
    after: number,
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
  return {
    lastNumber: async (stream) => {
      const { rows } = await pool.query<{ last: number }>(
        'select last::float8 from events.stream where name = $1',
        [stream],
      );
      return rows[0]?.last ?? 0;
    },
    page: async (stream, after, limit) => {
      const { rows } = await pool.query<StreamEvent>(
        `select stream, number::float8, event from events.stream_event join events.outbox using (seq)
         where stream = $1 and number > $2 order by stream_event.number limit $3`,
        [stream, after, limit],
      );
      return rows;
    },
    follow: async function* follow(stream, after, signal) {
      using ear = bell.listen(stream, signal); // before the first read: what comes in between rings
      let last = after;
      while (!signal.aborted) {
        const events = await fetch(stream, last).catch(() => null); // asked again at the next ring
        for (const event of events ?? []) {
          if (isAborted(signal)) return;
          last = event.number;
          yield event;
        }
        if (events === null || events.length < pageMax) await ear.rung();
      }
    },
  };
}

interface Question {
  readonly stream: string;
  readonly after: number;
  readonly answer: PromiseWithResolvers<readonly StreamEvent[]>;
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
        const { rows } = await pool.query<StreamEvent & { nth: number }>({
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

  return (stream: string, after: number): Promise<readonly StreamEvent[]> => {
    const key = `${after} ${stream}`;
    const question = waiting.get(key) ?? { stream, after, answer: Promise.withResolvers() };
    waiting.set(key, question);
    if (!running) void run();
    return question.answer.promise;
  };
}

const readSql = `
select nth::int, asked.stream, number::float8, event
from unnest($1::text[], $2::bigint[]) with ordinality as asked(stream, after, nth),
lateral (
  select number, event from events.stream_event join events.outbox using (seq)
  where stream_event.stream = asked.stream and number > after order by number limit ${pageMax}
) as page
order by nth, page.number`;

// A function, since the compiler believes that a flag which was false stays so.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

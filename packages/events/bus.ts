import type { Pool } from 'pg';
import type { Bell } from './bell.ts';

/** An event with its place in its source's log. */
export interface Published {
  /** 1, 2, 3 … in its source, without a gap. */
  readonly position: number;
  /** The CloudEvent as JSON, never parsed on its way. */
  readonly event: string;
}

/** Carries events between domains. It may forget: each domain's outbox is the truth. */
export interface Bus {
  /** Rings the source's name when its log has grown. */
  readonly bell: Bell;
  /**
   * Adds the events if the log ends at `end`, and none otherwise; returns where it ends now. So two
   * relays, or a log that lost its data, do no harm.
   */
  append(source: string, end: number, events: readonly Published[]): Promise<number>;
  read(source: string, after: number, limit: number): Promise<Published[]>;
}

/** The log in the database `events`. */
export function createPostgresBus(pool: Pool, bell: Bell): Bus {
  return {
    bell,
    append: async (source, end, events) => {
      const last = events.at(-1)?.position ?? end;
      const { rowCount } = await pool.query({
        name: 'publish',
        text: publishSql,
        values: [source, end, last, events.map((e) => e.position), events.map((e) => e.event)],
      });
      if (rowCount === 1) return last;
      const { rows } = await pool.query<{ last: string }>(
        `insert into source (name, last) values ($1, 0)
         on conflict (name) do update set last = source.last returning last`,
        [source],
      );
      return Number(rows[0]?.last);
    },
    read: async (source, after, limit) => {
      const { rows } = await pool.query<Published>({
        name: 'read-log',
        // ordered by the column itself: its conversion is served by no index
        text: `select position::float8, event::text from log
               where source = $1 and position > $2 order by log.position limit $3`,
        values: [source, after, limit],
      });
      return rows;
    },
  };
}

const publishSql = `
with moved as (
  update source set last = $3 where name = $1 and last = $2 and $3 > $2 returning name
), kept as (
  insert into log (source, position, event)
  select name, p, e from moved, unnest($4::bigint[], $5::jsonb[]) as t(p, e)
)
select pg_notify('source', name) from moved`;

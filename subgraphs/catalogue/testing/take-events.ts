import type { Pool } from 'pg';

/** Those that wait in the outbox, which is emptied. */
export async function takeEvents(pool: Pool): Promise<unknown[]> {
  const { rows } = await pool.query<{ event: unknown }>(
    `with gone as (delete from events.outbox returning *) select event from gone order by seq`,
  );
  return rows.map(({ event }) => event);
}

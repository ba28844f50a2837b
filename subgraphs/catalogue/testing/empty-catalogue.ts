import type { Pool } from 'pg';

/** Drops all that there is, and the news of it. */
export async function emptyCatalogue(pool: Pool): Promise<void> {
  await pool.query(
    `delete from price; delete from variant; delete from product; delete from category;
     delete from events.outbox`,
  );
}

import type { Pool } from 'pg';

/**
 * Does the work unless another process is at the work of that name, in which case it returns null. Should
 * the process die, its connection ends, and with it the claim.
 */
export async function asOnlyOne<Answer>(
  pool: Pool,
  name: string,
  work: () => Promise<Answer>,
): Promise<Answer | null> {
  const client = await pool.connect();
  let broken: Error | undefined;
  client.on('error', remember);
  try {
    const { rows } = await client.query<{ claimed: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as claimed',
      [name],
    );
    if (rows[0]?.claimed !== true) return null;
    try {
      return await work();
    } finally {
      await client
        .query('select pg_advisory_unlock(hashtextextended($1, 0))', [name])
        .catch(remember);
    }
  } finally {
    client.off('error', remember);
    client.release(broken); // a connection that may still hold the claim is closed
  }

  function remember(error: unknown): void {
    broken = error instanceof Error ? error : new Error(String(error));
  }
}

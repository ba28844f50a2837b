import type { Sql } from '#events';

/**
 * To the end of the transaction nobody moves a category; or, to change them, nobody puts a product into one
 * either. Taken before any row is, so that two who change the catalogue don't block each other.
 */
export async function holdCategories(
  tx: Sql,
  purpose: 'as they are' | 'to change them',
): Promise<void> {
  const lock = purpose === 'as they are' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await tx.$queryRawUnsafe(`select ${lock}(${treeLock})::text`);
}

const treeLock = 7_340_216;

import type { Select } from '../database.ts';

/** The next instant after `after` at which a price begins or ceases to hold; null when there is none. */
export async function findNextPriceChange(select: Select, after: Date): Promise<Date | null> {
  const [row] = await select<{ at: Date | null }>('next-price-change', nextSql, [after]);
  return row?.at ?? null;
}

// Each is the first of an index of the bounds that there are.
const nextSql = `
  select least(
    (select min(valid_from) from offer where isfinite(valid_from) and valid_from > $1),
    (select min(valid_until) from offer where isfinite(valid_until) and valid_until > $1)
  ) as at`;

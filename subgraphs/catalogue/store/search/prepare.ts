import type { Principal } from '#auth';
import type { ProductSearch } from '../../domain/search.ts';
import type { Select } from '../database.ts';
import type { PreparedSearch } from './conditions.ts';
import { understand } from './terms.ts';

/** Looks up the words of a search. */
export async function prepare(
  select: Select,
  now: Date,
  caller: Principal,
  asked: ProductSearch,
): Promise<PreparedSearch> {
  const meant = asked.terms === null ? null : await understand(select, asked.terms);
  const terms = meant?.filter((words) => words.length > 0) ?? null;
  return { caller, asked, meant: meant ?? [], terms, now };
}

import type { Sql } from '#events';
import type { Author } from '../domain/author.ts';
import type { ProductRecord } from '../domain/product-record.ts';
import { mayPass } from './may-pass.ts';
import { saveProducts, type SavedProduct } from './saving.ts';

export interface SavedApart {
  readonly saved: readonly SavedProduct[];
  readonly failed: readonly { readonly slug: string; readonly error: unknown }[];
}

/**
 * Saves products so that one that can't be saved leaves the others. Unless they are to be kept, all is
 * undone. @throws what may pass, such as a broken connection.
 */
export async function saveApart(
  tx: Sql,
  records: readonly ProductRecord[],
  { author, keep }: { readonly author: Author; readonly keep: boolean },
): Promise<SavedApart> {
  if (records.length === 0) return { saved: [], failed: [] };
  await tx.$queryRawUnsafe('savepoint apart');
  try {
    const saved = await saveProducts(tx, records, author);
    await tx.$queryRawUnsafe(keep ? 'release savepoint apart' : 'rollback to savepoint apart');
    return { saved, failed: [] };
  } catch (error) {
    if (mayPass(error)) throw error;
    await tx.$queryRawUnsafe('rollback to savepoint apart');
    const [first] = records;
    if (first !== undefined && records.length === 1) {
      return { saved: [], failed: [{ slug: first.slug, error }] };
    }
    const middle = Math.ceil(records.length / 2);
    const left = await saveApart(tx, records.slice(0, middle), { author, keep });
    const right = await saveApart(tx, records.slice(middle), { author, keep });
    return { saved: [...left.saved, ...right.saved], failed: [...left.failed, ...right.failed] };
  }
}

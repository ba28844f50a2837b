import type { Principal } from '#auth';
import { formatId, rowKey } from '#ids';
import type { ProductInstance } from '../domain/instance.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { pageOfEach, type PageOfEach } from './children.ts';
import type { Transaction } from './database.ts';
import { keysOf, toInstance } from './rows.ts';
import { ownedBy, visibleTo } from './visibility.ts';

/** Those of the instances that the caller may see, in any order. */
export async function findInstances(
  database: Transaction,
  caller: Principal,
  ids: readonly string[],
): Promise<ProductInstance[]> {
  const keys = keysOf('ins', ids);
  if (keys.length === 0) return [];
  const rows = await database.productInstance.findMany({
    where: { OR: keys, ...visibleTo(caller) },
  });
  return rows.map(toInstance);
}

/** Newest first: at most `limit`, after that one, of one person or of everybody whom the caller may see. */
export async function listInstances(
  database: Transaction,
  caller: Principal,
  page: { readonly ownerId: string | null; readonly limit: number; readonly after: string | null },
): Promise<ProductInstance[]> {
  const after = page.after === null ? undefined : rowKey('ins', page.after);
  const owner = page.ownerId === null ? {} : ownedBy(page.ownerId);
  const rows = await database.productInstance.findMany({
    where: { AND: [visibleTo(caller), owner], ...(after && { id: { lt: after.id } }) },
    orderBy: { id: 'desc' },
    take: page.limit,
  });
  return rows.map(toInstance);
}

/** Of each order line those that the caller may see, oldest first. */
export async function listInstancesOfLines(
  database: Transaction,
  caller: Principal,
  page: PageOfEach,
): Promise<ProductInstance[]> {
  const ids = await pageOfEach(database, {
    table: Prisma.sql`product_instance`,
    parents: keysOf('oln', page.parentIds),
    parent: Prisma.sql`order_line_id`,
    after: page.after === null ? undefined : rowKey('ins', page.after),
    newestFirst: false,
    limit: page.limit,
  });
  const found = await findInstances(
    database,
    caller,
    ids.map((id) => formatId('ins', id)),
  );
  return found.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

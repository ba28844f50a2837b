import type { RowKey } from '#ids';
import { Prisma } from '../generated/prisma/client.ts';
import type { Transaction } from './database.ts';

/** The same page of the children of many parents. */
export interface PageOfEach {
  readonly parentIds: readonly string[];
  readonly limit: number;
  readonly after: string | null;
}

interface ChildrenQuery {
  readonly table: Prisma.Sql;
  readonly parents: readonly RowKey[];
  /** The column that names the parent; the bucket is the same. */
  readonly parent: Prisma.Sql;
  readonly after: RowKey | undefined;
  readonly newestFirst: boolean;
  readonly limit: number;
}

/** The uuids on one page of each parent's children, in one query. */
export async function pageOfEach(
  database: Transaction,
  { table, parents, parent, after, newestFirst, limit }: ChildrenQuery,
): Promise<string[]> {
  if (parents.length === 0) return [];
  const [comes, order] = newestFirst
    ? [Prisma.sql`<`, Prisma.sql`desc`]
    : [Prisma.sql`>`, Prisma.sql`asc`];
  const isAfter = after ? Prisma.sql`and id ${comes} ${after.id}::uuid` : Prisma.empty;
  const rows = await database.$queryRaw<{ id: string }[]>`
    select child.id
    from unnest(${parents.map(({ id }) => id)}::uuid[], ${parents.map(({ bucket }) => bucket)}::int2[])
      as parent(id, bucket),
    lateral (
      select id from ${table} where ${parent} = parent.id and bucket = parent.bucket ${isAfter}
      order by id ${order} limit ${limit}
    ) as child`;
  return rows.map(({ id }) => id);
}

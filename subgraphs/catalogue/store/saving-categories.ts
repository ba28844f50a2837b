import type { Sql } from '#events';
import { formatId } from '#ids';
import { slugOfPath, type CategoryPath } from '../domain/category.ts';
import type { ProductRecord } from '../domain/product-record.ts';
import { sortKey } from '../domain/product.ts';
import { freshUuid, uuidsOf, type ChangedProduct } from './rows.ts';

/** A category that an import has made. */
export interface NewCategory {
  readonly id: string;
  readonly slug: string;
}

/** The records with the ids of the categories that they name by paths, and those of them that were made for it. */
export async function withCategoryIds(
  tx: Sql,
  records: readonly ProductRecord[],
  now: Date,
): Promise<{ readonly records: ProductRecord[]; readonly made: NewCategory[] }> {
  const paths = records.flatMap(({ categoryPaths }) => categoryPaths);
  const made: NewCategory[] = [];
  const uuids =
    paths.length === 0 ? new Map<string, string>() : await ensurePaths(tx, paths, made, now);
  const placed = records.map((record) => {
    const named = record.categoryPaths.flatMap((path) => uuids.get(slugOfPath(path)) ?? []);
    const ids = named.map((uuid) => formatId('cat', uuid));
    return {
      ...record,
      categoryIds: [...new Set([...record.categoryIds, ...ids])],
      categoryPaths: [],
    };
  });
  return { records: placed, made };
}

/** Puts products into the categories that their records have, and into no others. */
export async function saveCategories(tx: Sql, products: readonly ChangedProduct[]): Promise<void> {
  const rows = products.flatMap(({ productId, categoryIds }) =>
    uuidsOf('cat', categoryIds).map((category_id, position) => ({
      product_id: productId,
      category_id,
      position,
    })),
  );
  await tx.$queryRawUnsafe(
    `delete from product_category where product_id = any($1::uuid[])`,
    products.map(({ productId }) => productId),
  );
  if (rows.length === 0) return;
  await tx.$queryRawUnsafe(
    `insert into product_category (product_id, category_id, position)
     select product_id, category_id, position
     from jsonb_to_recordset($1::jsonb) as part(product_id uuid, category_id uuid, position smallint)`,
    JSON.stringify(rows),
  );
}

/** The uuids, by slug, of the categories at these paths and of all above them; those that it makes go to `made`. */
async function ensurePaths(
  tx: Sql,
  paths: readonly CategoryPath[],
  made: NewCategory[],
  now: Date,
): Promise<Map<string, string>> {
  const bySlug = new Map(
    paths
      .flatMap((path) => path.map((_name, index) => path.slice(0, index + 1)))
      .map((path) => [slugOfPath(path), path]),
  );
  const uuids = await findUuids(tx, [...bySlug.keys()]);
  const missing = [...bySlug].filter(([slug]) => !uuids.has(slug));
  // From the roots down: each needs its parent's uuid.
  for (const own of Map.groupBy(missing, ([, { length }]) => length).values()) {
    made.push(...(await insertCategories(tx, own, uuids, now)));
    // By a statement of its own: it sees what another import has added meanwhile.
    const found = await findUuids(
      tx,
      own.map(([slug]) => slug),
    );
    for (const [slug, uuid] of found) uuids.set(slug, uuid);
  }
  return uuids;
}

async function insertCategories(
  tx: Sql,
  categories: readonly (readonly [string, CategoryPath])[],
  uuids: ReadonlyMap<string, string>,
  now: Date,
): Promise<NewCategory[]> {
  const rows = categories.map(([slug, path]) => ({
    id: freshUuid('cat', now),
    slug,
    name: path.at(-1),
    sort_key: sortKey(path.at(-1) ?? ''),
    parent_id: uuids.get(slugOfPath(path.slice(0, -1))) ?? null,
  }));
  const inserted = await tx.$queryRawUnsafe<NewCategory[]>(
    `insert into category (id, slug, name, sort_key, parent_id)
     select id, slug, name, sort_key, parent_id
     from jsonb_to_recordset($1::jsonb)
       as record(id uuid, slug text, name text, sort_key text, parent_id uuid)
     order by slug
     on conflict (slug) do nothing returning id, slug`,
    JSON.stringify(rows),
  );
  return inserted.map(({ id, slug }) => ({ id: formatId('cat', id), slug }));
}

async function findUuids(tx: Sql, slugs: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.$queryRawUnsafe<{ id: string; slug: string }[]>(
    `select id, slug from category where slug = any($1)`,
    slugs,
  );
  return new Map(rows.map(({ id, slug }) => [slug, id]));
}

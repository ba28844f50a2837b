import { serviceItself, type Principal } from '#auth';
import type { Sql } from '#events';
import type { ProductRecord } from '../domain/product-record.ts';
import { selectWithin } from './database.ts';
import { createProductStore } from './products.ts';
import { readWhole } from './whole-products.ts';

/** Sees all that there is. */
const importer: Principal = {
  ...serviceItself('catalogue'),
  scopes: new Set(['catalogue:write']),
};

/**
 * What the catalogue has of products now, by slug, for a source that adds to it; held to the end of the
 * transaction, so that nobody else adds to them meanwhile.
 */
export async function holdKnownProducts(
  tx: Sql,
  slugs: readonly string[],
): Promise<Map<string, ProductRecord>> {
  const locked = await tx.$queryRawUnsafe<unknown[]>(
    `select id from product where slug = any($1) order by slug for update`,
    slugs,
  );
  if (locked.length === 0) return new Map();
  const select = selectWithin(tx);
  const found = await createProductStore(select).findProductsBySlug(importer, slugs);
  const whole = await readWhole(select, importer, found);
  return new Map(whole.map(({ record }) => [record.slug, record]));
}

/** By SKU the slug of the product that has it. */
export async function findSkuOwners(
  tx: Sql,
  skus: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.$queryRawUnsafe<{ sku: string; slug: string }[]>(
    `select sku, slug from variant join product on product.id = product_id where sku = any($1)`,
    skus,
  );
  return new Map(rows.map(({ sku, slug }) => [sku, slug]));
}

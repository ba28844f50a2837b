import { Refusal } from '#errors';
import type { Sql } from '#events';
import type { Author } from '../domain/author.ts';
import type { ProductRecord } from '../domain/product-record.ts';
import { freshUuid, uuidsOf } from './rows.ts';

/** Null, or which product that a relation names there isn't, or is the product itself. */
export async function saveRelations(
  tx: Sql,
  productId: string,
  { relations }: ProductRecord,
): Promise<Refusal | null> {
  const uuids = uuidsOf(
    'prd',
    relations.map((relation) => relation.productId),
  );
  const found = await tx.$queryRawUnsafe<{ id: string }[]>(
    `select id from product where id = any($1::uuid[]) and id <> $2::uuid`,
    uuids,
    productId,
  );
  const others = new Set<string | null>(found.map(({ id }) => id));
  const unknown = uuids.findIndex((uuid) => !others.has(uuid));
  if (unknown >= 0) {
    const message = `There is no other product ${relations[unknown]?.productId ?? ''}.`;
    return new Refusal('UNKNOWN_PRODUCT', message, ['relations', `${unknown}`, 'productId']);
  }
  const rows = relations.map(({ kind }, position) => ({
    kind,
    related_id: uuids[position],
    position,
  }));
  await tx.$queryRawUnsafe(`delete from product_relation where product_id = $1::uuid`, productId);
  await tx.$queryRawUnsafe(
    `insert into product_relation (product_id, kind, related_id, position)
     select $1::uuid, kind, related_id, position
     from jsonb_to_recordset($2::jsonb)
       as part(kind product_relation_kind, related_id uuid, position smallint)`,
    productId,
    JSON.stringify(rows),
  );
  return null;
}

/** Null, or which SKU that a bundle names there isn't, or is one of a bundle: of itself, for one. */
export async function saveBundleItems(
  tx: Sql,
  productId: string,
  { bundleItems }: ProductRecord,
  { now }: Author,
): Promise<Refusal | null> {
  const found = await tx.$queryRawUnsafe<{ id: string; sku: string; bundled: boolean }[]>(
    `select variant.id, sku, kind = 'BUNDLE' as bundled
     from variant join product on product.id = product_id where sku = any($1)`,
    bundleItems.map(({ sku }) => sku),
  );
  const variants = new Map(found.map((row) => [row.sku, row]));
  for (const [index, { sku }] of bundleItems.entries()) {
    const path = ['bundleItems', `${index}`, 'sku'];
    const variant = variants.get(sku);
    if (variant === undefined) {
      return new Refusal('UNKNOWN_SKU', `There is no variant ${sku}.`, path);
    }
    if (variant.bundled) {
      const message = `${sku} is itself a bundle, which can't be a part of one.`;
      return new Refusal('BUNDLE_IN_BUNDLE', message, path);
    }
  }
  const rows = bundleItems.map((item, position) => ({
    ...item,
    id: freshUuid('bdi', now),
    variant_id: variants.get(item.sku)?.id,
    position,
  }));
  await tx.$queryRawUnsafe(`delete from bundle_item where product_id = $1::uuid`, productId);
  await tx.$queryRawUnsafe(
    `insert into bundle_item (
       id, product_id, variant_id, position, "group", quantity, min_quantity, max_quantity
     )
     select id, $1::uuid, variant_id, position, "group", quantity, "minQuantity", "maxQuantity"
     from jsonb_to_recordset($2::jsonb) as part(
       id uuid, variant_id uuid, position smallint, "group" text, quantity int, "minQuantity" int,
       "maxQuantity" int
     )`,
    productId,
    JSON.stringify(rows),
  );
  return null;
}

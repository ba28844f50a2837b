import { AppError } from '#errors';
import type { Sql } from '#events';
import type { PriceRecord, VariantRecord } from '../domain/product-record.ts';
import { freshUuid, type ChangedProduct } from './rows.ts';

/**
 * Adds, or changes by SKU, the variants that the products' records name, and sets their prices. A source leaves
 * the status of those that there are; an editor sets it. @throws SkuTaken
 */
export async function saveVariants(
  tx: Sql,
  products: readonly ChangedProduct[],
  now: Date,
  statuses: 'stay' | 'are set' = 'stay',
): Promise<void> {
  const variants = products.flatMap(({ productId, variants }) =>
    variants.map((variant) => ({ ...variant, productId })),
  );
  const saved = await upsertVariants(tx, variants, now, statuses === 'are set');
  const uuids = await findUuids(tx, variants);
  const prices = variants.flatMap(({ sku, prices }) =>
    prices.map((price) => ({ ...price, variantId: uuids.get(sku) })),
  );
  const repriced = await setPrices(tx, [...uuids.values()], prices, now);
  await tx.$queryRawUnsafe(
    `update variant set version = version + 1 where id = any($1::uuid[])`,
    repriced.filter((id) => !saved.has(id)),
  );
}

type SavedVariant = VariantRecord & { readonly productId: string };

/** The uuids of those that were new or changed. */
async function upsertVariants(
  tx: Sql,
  variants: readonly SavedVariant[],
  now: Date,
  setsStatus: boolean,
): Promise<Set<string>> {
  const rows = variants.map(({ productId, sku, name, status, selectedOptions }) => ({
    id: freshUuid('var', now),
    product_id: productId,
    sku,
    name,
    status,
    selected_options: selectedOptions,
  }));
  const saved = await tx.$queryRawUnsafe<{ id: string }[]>(
    `insert into variant (id, product_id, sku, name, status, selected_options)
     select id, product_id, sku, name, status, selected_options
     from jsonb_to_recordset($1::jsonb) as record(
       id uuid, product_id uuid, sku text, name text, status product_status, selected_options jsonb
     )
     order by sku
     on conflict (sku) do update set
       name = excluded.name, selected_options = excluded.selected_options,
       status = case when $2 then excluded.status else variant.status end,
       version = variant.version + 1
     where variant.product_id = excluded.product_id
       and (variant.name, variant.selected_options, $2 and variant.status <> excluded.status)
         is distinct from (excluded.name, excluded.selected_options, false)
     returning id`,
    JSON.stringify(rows),
    setsStatus,
  );
  return new Set(saved.map(({ id }) => id));
}

async function findUuids(tx: Sql, variants: readonly SavedVariant[]): Promise<Map<string, string>> {
  const rows = await tx.$queryRawUnsafe<{ id: string; sku: string }[]>(
    `select id, sku from variant
     join unnest($1::uuid[], $2::text[]) as named(product_id, sku) using (product_id, sku)`,
    variants.map(({ productId }) => productId),
    variants.map(({ sku }) => sku),
  );
  const uuids = new Map(rows.map(({ id, sku }) => [sku, id]));
  for (const { sku } of variants) if (!uuids.has(sku)) throw new SkuTaken(sku);
  return uuids;
}

/** Leaves these variants with these prices alone; those that stay as they were keep their ids. */
async function setPrices(
  tx: Sql,
  variantIds: readonly string[],
  prices: readonly (PriceRecord & { readonly variantId: string | undefined })[],
  now: Date,
): Promise<string[]> {
  const rows = prices.map(({ variantId, unitPrice, ...price }) => ({
    ...price,
    ...unitPrice,
    variantId,
    id: freshUuid('prc', now),
  }));
  const changed = await tx.$queryRawUnsafe<{ variant_id: string }[]>(
    `with named as materialized (
       select * from jsonb_to_recordset($1::jsonb) as price(
         id uuid, "variantId" uuid, kind price_kind, amount numeric, currency text,
         "taxIncluded" boolean, period billing_period, "periodCount" int, "committedPeriods" int,
         unit text, "minQuantity" int, "validFrom" timestamptz(3), "validUntil" timestamptz(3)
       )
     ), kept as (
       select price.id, named.id as named_id from price join named on variant_id = "variantId"
       where (
         price.kind, unit_price, price.currency, tax_included, price.period, period_count,
         committed_periods, price.unit, min_quantity, valid_from, valid_until
       ) is not distinct from (
         named.kind, amount, named.currency, "taxIncluded", named.period, "periodCount",
         "committedPeriods", named.unit, "minQuantity", "validFrom", "validUntil"
       )
     ), gone as (
       delete from price where variant_id = any($2::uuid[]) and id not in (select id from kept)
       returning variant_id
     ), added as (
       insert into price (
         id, variant_id, kind, unit_price, currency, tax_included, period, period_count,
         committed_periods, unit, min_quantity, valid_from, valid_until
       )
       select
         id, "variantId", kind, amount, currency, "taxIncluded", period, "periodCount",
         "committedPeriods", unit, "minQuantity", "validFrom", "validUntil"
       from named where id not in (select named_id from kept)
       returning variant_id
     )
     select variant_id from gone union select variant_id from added`,
    JSON.stringify(rows),
    variantIds,
  );
  return changed.map(({ variant_id }) => variant_id);
}

/** A SKU names one variant, of one product, for ever. */
export class SkuTaken extends AppError {
  override readonly name = 'SkuTaken';
  readonly sku: string;

  constructor(sku: string) {
    super('SKU_TAKEN', `The SKU ${sku} belongs to another product: give another one.`);
    this.sku = sku;
  }
}

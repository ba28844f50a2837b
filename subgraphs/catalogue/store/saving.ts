import type { Sql } from '#events';
import { formatId } from '#ids';
import { createHash } from 'node:crypto';
import type { Author } from '../domain/author.ts';
import { landed } from '../domain/product-change.ts';
import type { ProductRecord } from '../domain/product-record.ts';
import { sortKey } from '../domain/product.ts';
import { indexedTerms } from '../domain/search.ts';
import { tsvector } from './search/full-text.ts';
import { freshUuid, type ChangedProduct } from './rows.ts';
import { recordChanges } from './history.ts';
import { holdCategories } from './hold-categories.ts';
import { holdKnownProducts } from './known-products.ts';
import { saveCategories, withCategoryIds, type NewCategory } from './saving-categories.ts';
import { saveVariants } from './saving-variants.ts';

/** A product that was new, or was last saved from another record. */
export interface SavedProduct {
  readonly id: string;
  readonly slug: string;
  readonly skus: readonly string[];
  /** Made for it, or for others that were saved with it. */
  readonly newCategories?: readonly NewCategory[];
}

/**
 * Makes products what their records say, and tells which that changed. The record that a product was
 * last saved from changes nothing, so what was edited since stays; nor does a record touch the status
 * of what exists, or variants that it doesn't name.
 */
export async function saveProducts(
  tx: Sql,
  sourced: readonly ProductRecord[],
  author: Author,
): Promise<SavedProduct[]> {
  await holdCategories(tx, 'as they are');
  const placed = await withCategoryIds(tx, sourced, author.now);
  const records = placed.records.map((record) => ({
    record,
    sourceHash: createHash('sha256').update(JSON.stringify(record)).digest('hex'),
  }));
  const known = await holdKnownProducts(tx, await findOutdated(tx, records));
  const saved = await upsertProducts(
    tx,
    records.map(({ record, sourceHash }) => {
      const { translations = [] } = known.get(record.slug) ?? {};
      return { record: { ...record, translations }, sourceHash };
    }),
    author.now,
  );
  const changed = records.flatMap(({ record }) => {
    const row = saved.get(record.slug);
    return row === undefined ? [] : [{ ...record, productId: row.id, version: row.version }];
  });
  if (changed.length === 0) return [];
  await saveVariants(tx, changed, author.now);
  await saveParts(tx, changed);
  await recordChanges(
    tx,
    changed.map(({ productId, version, ...record }) => {
      const before = known.get(record.slug) ?? null;
      return { productId, version, before, after: before ? landed(before, record) : record };
    }),
    author,
  );
  return changed.map(({ productId, slug, variants }, nth) => ({
    id: formatId('prd', productId),
    slug,
    skus: variants.map(({ sku }) => sku),
    ...(nth === 0 && placed.made.length > 0 && { newCategories: placed.made }),
  }));
}

/** All of products besides their own rows and variants, and what searches read of them. */
async function saveParts(tx: Sql, products: readonly ChangedProduct[]): Promise<void> {
  await saveCharacteristics(tx, products);
  await saveOptions(tx, products);
  await saveCategories(tx, products);
  await saveTerms(tx, products);
  await indexProducts(tx, products);
}

/** The same of one product, but for what is as it was. */
export async function saveChangedParts(
  tx: Sql,
  product: ChangedProduct,
  before: ProductRecord | null,
): Promise<void> {
  const differs = (...parts: (keyof ProductRecord)[]) =>
    parts.some((part) => product[part] !== before?.[part]);
  if (differs('characteristics')) await saveCharacteristics(tx, [product]);
  if (differs('options')) await saveOptions(tx, [product]);
  if (differs('categoryIds')) await saveCategories(tx, [product]);
  if (differs('name', 'description', 'brand', 'characteristics', 'translations', 'variants')) {
    await saveTerms(tx, [product]);
  }
  if (differs('brand', 'characteristics', 'categoryIds', 'variants')) {
    await indexProducts(tx, [product]);
  }
}

interface HashedRecord {
  readonly record: ProductRecord;
  /** Of the whole record, in hexadecimal digits. */
  readonly sourceHash: string;
}

/** The slugs of those that exist, and were last saved from another record. */
async function findOutdated(tx: Sql, records: readonly HashedRecord[]): Promise<string[]> {
  const rows = await tx.$queryRawUnsafe<{ slug: string }[]>(
    `select slug from product join unnest($1::text[], $2::text[]) as record(slug, hash) using (slug)
     where source_hash is distinct from decode(hash, 'hex')`,
    records.map(({ record }) => record.slug),
    records.map(({ sourceHash }) => sourceHash),
  );
  return rows.map(({ slug }) => slug);
}

/** By slug, those that were new or are no longer as their record was. */
async function upsertProducts(
  tx: Sql,
  records: readonly HashedRecord[],
  now: Date,
): Promise<Map<string, { readonly id: string; readonly version: number }>> {
  const rows = records.map(({ record, sourceHash }) => ({
    id: freshUuid('prd', now),
    ...columnsOf(record),
    source_hash: sourceHash,
  }));
  const saved = await tx.$queryRawUnsafe<{ id: string; slug: string; version: number }[]>(
    `insert into product (
       id, slug, name, description, kind, status, brand, provisioning_template_key,
       configuration_fields, media, translations, created_at, updated_at, sort_key, search, source_hash
     )
     select
       id, slug, name, description, kind, status, brand, provisioning_template_key,
       configuration_fields, media, translations, $2::timestamptz, $2::timestamptz, sort_key, search::tsvector,
       decode(source_hash, 'hex')
     from jsonb_to_recordset($1::jsonb) as record(
       id uuid, slug text, name text, description text, kind product_kind, status product_status,
       brand text, provisioning_template_key text, configuration_fields jsonb, media jsonb,
       translations jsonb, sort_key text, search text, source_hash text
     )
     order by slug -- so that two who save at once wait for each other instead of blocking each other
     on conflict (slug) do update set
       name = excluded.name, description = excluded.description, kind = excluded.kind,
       brand = excluded.brand, provisioning_template_key = excluded.provisioning_template_key,
       configuration_fields = excluded.configuration_fields, media = excluded.media,
       updated_at = excluded.updated_at,
       sort_key = excluded.sort_key, search = excluded.search, source_hash = excluded.source_hash,
       version = product.version + 1
     where product.source_hash is distinct from excluded.source_hash
     returning id, slug, version`,
    JSON.stringify(rows),
    now.toISOString(),
  );
  return new Map(saved.map(({ slug, ...row }) => [slug, row]));
}

/** A product's own row. */
export function columnsOf(record: ProductRecord): Readonly<Record<string, unknown>> {
  return {
    slug: record.slug,
    name: record.name,
    description: record.description,
    kind: record.kind,
    status: record.status,
    brand: record.brand,
    provisioning_template_key: record.provisioningTemplateKey,
    configuration_fields: record.configurationFields,
    media: record.media,
    translations: record.translations,
    sort_key: sortKey(record.name),
    search: tsvector(indexedTerms(record)),
  };
}

async function saveCharacteristics(tx: Sql, products: readonly ChangedProduct[]): Promise<void> {
  const rows = products.flatMap(({ productId, characteristics }) =>
    characteristics.map(({ name, label, value, unit }, position) => ({
      product_id: productId,
      name,
      position,
      label,
      [columnOf(value)]: value,
      unit,
    })),
  );
  await deleteParts(tx, 'characteristic', products);
  await tx.$queryRawUnsafe(
    `insert into characteristic (
       product_id, name, position, label, text, number, boolean, texts, unit
     )
     select product_id, name, position, label, text, number, boolean, texts, unit
     from jsonb_to_recordset($1::jsonb) as part(
       product_id uuid, name text, position smallint, label text, text text, number float8,
       boolean boolean, texts text[], unit text
     )`,
    JSON.stringify(rows),
  );
}

async function saveOptions(tx: Sql, products: readonly ChangedProduct[]): Promise<void> {
  const rows = products.flatMap(({ productId, options }) =>
    options.map(({ name, values }, position) => ({
      product_id: productId,
      name,
      position,
      values,
    })),
  );
  await deleteParts(tx, 'product_option', products);
  await tx.$queryRawUnsafe(
    `insert into product_option (product_id, name, position, values)
     select product_id, name, position, values
     from jsonb_to_recordset($1::jsonb) as part(
       product_id uuid, name text, position smallint, values text[]
     )`,
    JSON.stringify(rows),
  );
}

async function deleteParts(
  tx: Sql,
  table: 'characteristic' | 'product_option',
  products: readonly ChangedProduct[],
): Promise<void> {
  await tx.$queryRawUnsafe(
    `delete from ${table} where product_id = any($1::uuid[])`,
    products.map(({ productId }) => productId),
  );
}

/** What a mistyped term may have meant: words, but not numbers. */
async function saveTerms(tx: Sql, products: readonly ChangedProduct[]): Promise<void> {
  const terms = new Set(products.flatMap(indexedTerms).map(({ term }) => term));
  await tx.$queryRawUnsafe(
    `insert into search_term select term from unnest($1::text[]) as t(term) order by term
     on conflict do nothing`,
    [...terms].filter((term) => /\p{L}/u.test(term)),
  );
}

/** Makes anew what searches read of them. */
async function indexProducts(tx: Sql, products: readonly ChangedProduct[]): Promise<void> {
  await tx.$queryRawUnsafe(
    'select index_products($1::uuid[])::text',
    products.map(({ productId }) => productId),
  );
}

function columnOf(value: ProductRecord['characteristics'][number]['value']): string {
  if (typeof value === 'object') return 'texts';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? 'number' : 'boolean';
}

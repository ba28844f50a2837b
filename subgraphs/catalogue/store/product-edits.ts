import type { Principal } from '#auth';
import { Refusal } from '#errors';
import type { Sql, Transact } from '#events';
import { formatId, rowKey } from '#ids';
import type { Author } from '../domain/author.ts';
import type { ProductRecord } from '../domain/product-record.ts';
import { productSaved } from './changes.ts';
import type { Select } from './database.ts';
import { recordChanges } from './history.ts';
import { holdCategories } from './hold-categories.ts';
import { createProductStore } from './products.ts';
import { freshUuid, uuidsOf } from './rows.ts';
import { saveBundleItems, saveRelations } from './saving-relations.ts';
import { columnsOf, saveChangedParts, type SavedProduct } from './saving.ts';
import { saveVariants } from './saving-variants.ts';
import { createVariantStore } from './variants.ts';
import { readWhole, type WholeProduct } from './whole-products.ts';

/**
 * Products as people change them: whole, with history and event in the same transaction.
 * @throws SkuTaken for a SKU that another product has.
 */
export interface ProductEdits {
  find(caller: Principal, id: string): Promise<WholeProduct | null>;
  /** The product that the variant is one of. */
  findByVariant(caller: Principal, variantId: string): Promise<WholeProduct | null>;
  /** Adds it, and gives its id. */
  create(record: ProductRecord, author: Author): Promise<string | Refusal>;
  /** Makes it what the record says; false when somebody else has changed it since it was read. */
  save(known: WholeProduct, record: ProductRecord, author: Author): Promise<boolean | Refusal>;
}

export function createProductEdits(select: Select, transact: Transact<Sql>): ProductEdits {
  async function find(caller: Principal, id: string): Promise<WholeProduct | null> {
    const products = await createProductStore(select).findProductsById(caller, [id]);
    const [whole] = await readWhole(select, caller, products);
    return whole ?? null;
  }

  return {
    find,
    findByVariant: async (caller, variantId) => {
      const [variant] = await createVariantStore(select).findVariantsById(caller, [variantId]);
      return variant === undefined ? null : await find(caller, variant.productId);
    },
    create: async (record, author) =>
      await transact(async (tx, append) => {
        const problem = await holdNamedCategories(tx, record);
        if (problem !== null) return problem;
        const productId = await insertProduct(tx, record, author);
        if (productId === null) {
          const message = `Another product has the slug ${record.slug}.`;
          return new Refusal('SLUG_TAKEN', message, ['slug']);
        }
        const edit = { productId, version: 1, before: null, after: record };
        const saved = await saveRest(tx, edit, author);
        if (saved instanceof Refusal) return saved;
        append(productSaved(saved, author.actor));
        return saved.id;
      }),
    save: async ({ product, record: before }, after, author) =>
      await transact(async (tx, append) => {
        const problem = await holdNamedCategories(tx, after);
        if (problem !== null) return problem;
        const { id, version } = product;
        const productId = rowKey('prd', id)?.id ?? '';
        if (!(await updateProduct(tx, productId, version, after, author))) return false;
        const edit = { productId, version: version + 1, before, after };
        const saved = await saveRest(tx, edit, author);
        if (saved instanceof Refusal) return saved;
        append(productSaved(saved, author.actor));
        return true;
      }),
  };
}

/** So that they are still there, and where they are, when the product is found by them. */
async function holdNamedCategories(
  tx: Sql,
  { categoryIds }: ProductRecord,
): Promise<Refusal | null> {
  if (categoryIds.length === 0) return null;
  await holdCategories(tx, 'as they are');
  const uuids = uuidsOf('cat', categoryIds);
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `select id from category where id = any($1::uuid[])`,
    uuids,
  );
  const known = new Set<string | null>(rows.map(({ id }) => id));
  const unknown = uuids.findIndex((uuid) => !known.has(uuid));
  if (unknown < 0) return null;
  const message = `There is no category ${categoryIds[unknown] ?? ''}.`;
  return new Refusal('UNKNOWN_CATEGORY', message, ['categoryIds', `${unknown}`]);
}

const columns = `slug, name, description, kind, status, brand, provisioning_template_key,
  configuration_fields, media, translations, sort_key, search`;

/** As JSON has them; the types are the table's. */
const record = `(
  select slug, name, description, kind, status, brand, provisioning_template_key,
    configuration_fields, media, translations, sort_key, search::tsvector
  from jsonb_to_record($1::jsonb) as record(
    slug text, name text, description text, kind product_kind, status product_status, brand text,
    provisioning_template_key text, configuration_fields jsonb, media jsonb, translations jsonb,
    sort_key text, search text
  )
)`;

/** The new row's uuid; null when its slug is taken. */
async function insertProduct(
  tx: Sql,
  product: ProductRecord,
  { now }: Author,
): Promise<string | null> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `insert into product (id, created_at, updated_at, ${columns})
     select $2::uuid, $3::timestamptz, $3::timestamptz, record.* from ${record} as record
     on conflict (slug) do nothing returning id`,
    JSON.stringify(columnsOf(product)),
    freshUuid('prd', now),
    now.toISOString(),
  );
  return rows[0]?.id ?? null;
}

/** False when it has another version by now. */
async function updateProduct(
  tx: Sql,
  productId: string,
  version: number,
  product: ProductRecord,
  { now }: Author,
): Promise<boolean> {
  const rows = await tx.$queryRawUnsafe<unknown[]>(
    `update product set (updated_at, version, ${columns})
       = (select $2::timestamptz, $4::int + 1, record.* from ${record} as record)
     where id = $3::uuid and version = $4::int returning id`,
    JSON.stringify(columnsOf(product)),
    now.toISOString(),
    productId,
    version,
  );
  return rows.length === 1;
}

interface Edit {
  readonly productId: string;
  readonly version: number;
  readonly before: ProductRecord | null;
  readonly after: ProductRecord;
}

/** All besides the product's own row: what is the very same as before is left alone. */
async function saveRest(tx: Sql, edit: Edit, author: Author): Promise<SavedProduct | Refusal> {
  const { productId, before, after } = edit;
  const refusal =
    (differs('relations', edit) ? await saveRelations(tx, productId, after) : null) ??
    (differs('bundleItems', edit) ? await saveBundleItems(tx, productId, after, author) : null);
  if (refusal !== null) return refusal;
  const variants = after.variants.filter((variant) => !before?.variants.includes(variant));
  if (variants.length > 0) {
    await saveVariants(tx, [{ ...after, variants, productId }], author.now, 'are set');
  }
  await saveChangedParts(tx, { ...after, productId }, before);
  await recordChanges(tx, [edit], author);
  const { slug } = after;
  return { id: formatId('prd', productId), slug, skus: variants.map(({ sku }) => sku) };
}

function differs(part: 'relations' | 'bundleItems', { before, after }: Edit): boolean {
  return after[part] !== before?.[part] && (before !== null || after[part].length > 0);
}

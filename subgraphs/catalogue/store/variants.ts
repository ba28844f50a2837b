import type { Principal } from '#auth';
import { formatId } from '#ids';
import type { Variant } from '../domain/product.ts';
import type { VariantList, VariantPage } from '../domain/variant-list.ts';
import type { Select } from './database.ts';
import { rowsOf, uuidsOf } from './rows.ts';
import { visibleStatuses } from './visibility.ts';

export interface VariantStore {
  /** Those that exist and that the caller may see, as their product, in any order. */
  findVariantsById(caller: Principal, ids: readonly string[]): Promise<Variant[]>;
  findVariantsBySku(caller: Principal, skus: readonly string[]): Promise<Variant[]>;
  /** The variants of each page, in the order of the pages. The products are ones that the caller may see. */
  findVariantPages(caller: Principal, pages: readonly VariantPage[]): Promise<Variant[][]>;
  /** How many there are in each list. */
  countVariants(caller: Principal, lists: readonly VariantList[]): Promise<number[]>;
}

/** As the statements select it: its ids are uuids still. */
type VariantRow = Variant;

export function createVariantStore(select: Select): VariantStore {
  return {
    findVariantsById: async (caller, ids) => {
      const rows = await select<VariantRow>(
        'variants-by-id',
        `${visibleVariants} and variant.id = any($2::uuid[])`,
        [visibleStatuses(caller), uuidsOf('var', ids)],
      );
      return rows.map(toVariant);
    },
    findVariantsBySku: async (caller, skus) => {
      const rows = await select<VariantRow>(
        'variants-by-sku',
        `${visibleVariants} and sku = any($2)`,
        [visibleStatuses(caller), skus],
      );
      return rows.map(toVariant);
    },
    findVariantPages: async (caller, pages) => {
      const rows = await select<VariantRow & { nth: number }>('variant-pages', pagesSql, [
        visibleStatuses(caller),
        ...listColumns(pages),
        pages.map(({ after }) => after ?? ''),
        pages.map(({ limit }) => limit),
      ]);
      const nths = pages.map((_page, index) => index + 1);
      return rowsOf(nths, rows, ({ nth }) => nth).map((own) => own.map(toVariant));
    },
    countVariants: async (caller, lists) => {
      const rows = await select<{ count: number }>('count-variants', countsSql, [
        visibleStatuses(caller),
        ...listColumns(lists),
      ]);
      return rows.map(({ count }) => count);
    },
  };
}

const variantColumns = `
  variant.id, product_id as "productId", sku, variant.name, variant.status, variant.version,
  selected_options as "selectedOptions"`;

const visibleVariants = `
  select ${variantColumns} from variant join product on product.id = product_id
  where variant.status = any($1::product_status[]) and product.status = any($1::product_status[])`;

const inList = `
  product_id = list.id and status = any($1::product_status[])
  and (list.skus is null or list.skus ? sku)
  and not exists (
    select from jsonb_to_recordset(list.options) as wanted(name text, "in" jsonb)
    where not exists (
      select from jsonb_to_recordset(selected_options) as selected(name text, value text)
      where selected.name = wanted.name and wanted."in" ? selected.value
    )
  )`;

const pagesSql = `
  select nth::int, ${variantColumns}
  from unnest($2::uuid[], $3::jsonb[], $4::jsonb[], $5::text[], $6::int[])
    with ordinality as list(id, skus, options, after, size, nth)
  cross join lateral (
    select * from variant where ${inList} and sku > list.after order by sku limit list.size
  ) as variant
  order by nth, sku`;

const countsSql = `
  select (select count(*)::int from variant where ${inList}) as count
  from unnest($2::uuid[], $3::jsonb[], $4::jsonb[])
    with ordinality as list(id, skus, options, nth)
  order by nth`;

function listColumns(lists: readonly VariantList[]): unknown[] {
  return [
    uuidsOf(
      'prd',
      lists.map(({ productId }) => productId),
    ),
    lists.map(({ skus }) => (skus === null ? null : JSON.stringify(skus))),
    lists.map(({ options }) => JSON.stringify(options)),
  ];
}

function toVariant({
  id,
  productId,
  sku,
  name,
  status,
  version,
  selectedOptions,
}: VariantRow): Variant {
  return {
    id: formatId('var', id),
    productId: formatId('prd', productId),
    sku,
    name,
    status,
    version,
    selectedOptions,
  };
}

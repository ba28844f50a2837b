import type { Principal } from '#auth';
import { formatId } from '#ids';
import { hash } from 'node:crypto';
import type { BundleItem, Media, ProductRelation, Translation } from '../domain/product-parts.ts';
import type { Select } from './database.ts';
import { rowsOf, uuidsOf } from './rows.ts';
import { visibleStatuses } from './visibility.ts';

/** Parts of products that are read only where they are shown; each in the order of the products. */
export interface ProductPartStore {
  findMedia(productIds: readonly string[]): Promise<IdentifiedMedia[][]>;
  findTranslations(productIds: readonly string[]): Promise<Translation[][]>;
  /** To products that the caller may see. */
  findRelations(caller: Principal, productIds: readonly string[]): Promise<ProductRelation[][]>;
  /** Of variants that the caller may see. */
  findBundleItems(
    caller: Principal,
    productIds: readonly string[],
  ): Promise<IdentifiedBundleItem[][]>;
}

export interface IdentifiedMedia extends Media {
  readonly id: string;
}

export interface IdentifiedBundleItem extends BundleItem {
  readonly id: string;
}

export function createProductPartStore(select: Select): ProductPartStore {
  return {
    findMedia: async (productIds) => {
      const lists = await findLists<Media>(select, 'media', productIds);
      return lists.map((media, nth) =>
        media.map((each) => ({ ...each, id: mediaId(productIds[nth] ?? '', each.url) })),
      );
    },
    findTranslations: (productIds) => findLists<Translation>(select, 'translations', productIds),
    findRelations: async (caller, productIds) => {
      const uuids = uuidsOf('prd', productIds);
      const rows = await select<ProductRelation & { of: string }>(
        'product-relations',
        `select product_id as of, product_relation.kind, related_id as "productId"
         from product_relation join product on product.id = related_id
         where product_id = any($1::uuid[]) and status = any($2::product_status[])
         order by product_id, position`,
        [uuids, visibleStatuses(caller)],
      );
      return rowsOf(uuids, rows, (row) => row.of).map((own) =>
        own.map(({ kind, productId }) => ({ kind, productId: formatId('prd', productId) })),
      );
    },
    findBundleItems: async (caller, productIds) => {
      const uuids = uuidsOf('prd', productIds);
      const rows = await select<IdentifiedBundleItem & { of: string }>(
        'bundle-items',
        `select bundle_item.product_id as of, bundle_item.id, sku, "group", quantity,
                min_quantity as "minQuantity", max_quantity as "maxQuantity"
         from bundle_item join variant on variant.id = variant_id
           join product on product.id = variant.product_id
         where bundle_item.product_id = any($1::uuid[])
           and variant.status = any($2::product_status[]) and product.status = any($2::product_status[])
         order by bundle_item.product_id, position`,
        [uuids, visibleStatuses(caller)],
      );
      return rowsOf(uuids, rows, (row) => row.of).map((own) => own.map(toBundleItem));
    },
  };
}

async function findLists<Item>(
  select: Select,
  column: 'media' | 'translations',
  productIds: readonly string[],
): Promise<Item[][]> {
  const uuids = uuidsOf('prd', productIds);
  const rows = await select<{ id: string; list: Item[] }>(
    `product-${column}`,
    `select id, ${column} as list from product where id = any($1::uuid[])`,
    [uuids],
  );
  const lists = new Map<string | null, Item[]>(rows.map(({ id, list }) => [id, list]));
  return uuids.map((uuid) => lists.get(uuid) ?? []);
}

/** The same for as long as the product has it. */
function mediaId(productId: string, url: string): string {
  return formatId('med', hash('sha256', `${productId} ${url}`, 'buffer').subarray(0, 16));
}

function toBundleItem(row: IdentifiedBundleItem): IdentifiedBundleItem {
  const { id, sku, group, quantity, minQuantity, maxQuantity } = row;
  return { id: formatId('bdi', id), sku, group, quantity, minQuantity, maxQuantity };
}

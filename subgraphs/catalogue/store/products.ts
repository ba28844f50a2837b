import type { Principal } from '#auth';
import { formatId } from '#ids';
import type { Characteristic, Product, ProductOption } from '../domain/product.ts';
import type { Select } from './database.ts';
import { rowsOf, uuidsOf } from './rows.ts';
import { visibleStatuses } from './visibility.ts';

export interface ProductStore {
  /** Those that exist and that the caller may see, in any order. */
  findProductsById(caller: Principal, ids: readonly string[]): Promise<Product[]>;
  findProductsBySlug(caller: Principal, slugs: readonly string[]): Promise<Product[]>;
  /** Those of each product, in the order of the products. */
  findCharacteristics(productIds: readonly string[]): Promise<Characteristic[][]>;
  findOptions(productIds: readonly string[]): Promise<ProductOption[][]>;
}

/** As `productColumns` selects it: its id is a uuid still. */
export type ProductRow = Product;

export const productColumns = `
  id, slug, name, description, kind, status, brand,
  provisioning_template_key as "provisioningTemplateKey",
  configuration_fields as "configurationFields",
  version, created_at as "createdAt", updated_at as "updatedAt"`;

export function createProductStore(select: Select): ProductStore {
  return {
    findProductsById: async (caller, ids) => {
      const rows = await select<ProductRow>(
        'products-by-id',
        `select ${productColumns} from product
         where id = any($1::uuid[]) and status = any($2::product_status[])`,
        [uuidsOf('prd', ids), visibleStatuses(caller)],
      );
      return rows.map(toProduct);
    },
    findProductsBySlug: async (caller, slugs) => {
      const rows = await select<ProductRow>(
        'products-by-slug',
        `select ${productColumns} from product
         where slug = any($1) and status = any($2::product_status[])`,
        [slugs, visibleStatuses(caller)],
      );
      return rows.map(toProduct);
    },
    findCharacteristics: async (productIds) => {
      const uuids = uuidsOf('prd', productIds);
      const rows = await select<CharacteristicRow>(
        'characteristics',
        `select product_id as "productId", name, label, text, number, boolean, texts, unit
         from characteristic where product_id = any($1::uuid[]) order by product_id, position`,
        [uuids],
      );
      return rowsOf(uuids, rows, ({ productId }) => productId).map((own) =>
        own.map(toCharacteristic),
      );
    },
    findOptions: async (productIds) => {
      const uuids = uuidsOf('prd', productIds);
      const rows = await select<ProductOption & { productId: string }>(
        'product-options',
        `select product_id as "productId", name, values
         from product_option where product_id = any($1::uuid[]) order by product_id, position`,
        [uuids],
      );
      return rowsOf(uuids, rows, ({ productId }) => productId);
    },
  };
}

export function toProduct(row: ProductRow): Product {
  return { ...row, id: formatId('prd', row.id) };
}

interface CharacteristicRow {
  readonly productId: string;
  readonly name: string;
  readonly label: string;
  /** One of these four is set. */
  readonly text: string | null;
  readonly number: number | null;
  readonly boolean: boolean | null;
  readonly texts: readonly string[] | null;
  readonly unit: string | null;
}

function toCharacteristic(row: CharacteristicRow): Characteristic {
  const { name, label, text, number, boolean, texts, unit } = row;
  return { name, label, value: text ?? number ?? boolean ?? texts ?? '', unit };
}

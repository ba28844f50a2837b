import type { Category } from '../domain/category.ts';
import { categoryColumns, toCategory, type CategoryRow } from './category-rows.ts';
import type { Select } from './database.ts';
import { rowsOf, uuidsOf } from './rows.ts';

/** Everybody sees every category. */
export interface CategoryStore {
  /** Those that exist, in any order. */
  findCategoriesById(ids: readonly string[]): Promise<Category[]>;
  findCategoriesBySlug(slugs: readonly string[]): Promise<Category[]>;
  /** By name. */
  findRoots(): Promise<Category[]>;
  /** Those right below each, by name; in the order of the parents. */
  findChildren(parentIds: readonly string[]): Promise<Category[][]>;
  /** For each, those from the root down to it. */
  findPaths(ids: readonly string[]): Promise<Category[][]>;
  /** Those that each product is in itself, in the order in which it has them. */
  findCategoriesOfProducts(productIds: readonly string[]): Promise<Category[][]>;
}

export function createCategoryStore(select: Select): CategoryStore {
  return {
    findCategoriesById: async (ids) => {
      const rows = await select<CategoryRow>(
        'categories-by-id',
        `select ${categoryColumns} from category where id = any($1::uuid[])`,
        [uuidsOf('cat', ids)],
      );
      return rows.map(toCategory);
    },
    findCategoriesBySlug: async (slugs) => {
      const rows = await select<CategoryRow>(
        'categories-by-slug',
        `select ${categoryColumns} from category where slug = any($1)`,
        [slugs],
      );
      return rows.map(toCategory);
    },
    findRoots: async () => {
      const rows = await select<CategoryRow>(
        'root-categories',
        `select ${categoryColumns} from category where parent_id is null order by sort_key, id`,
        [],
      );
      return rows.map(toCategory);
    },
    findChildren: async (parentIds) => {
      const uuids = uuidsOf('cat', parentIds);
      const rows = await select<CategoryRow>(
        'child-categories',
        `select ${categoryColumns} from category
         where parent_id = any($1::uuid[]) order by sort_key, id`,
        [uuids],
      );
      return rowsOf(uuids, rows, ({ parentId }) => parentId).map((own) => own.map(toCategory));
    },
    findPaths: async (ids) => {
      const uuids = uuidsOf('cat', ids);
      const rows = await select<CategoryRow & { of: string }>('category-paths', pathsSql, [uuids]);
      return rowsOf(uuids, rows, (row) => row.of).map((own) => own.map(toCategory));
    },
    findCategoriesOfProducts: async (productIds) => {
      const uuids = uuidsOf('prd', productIds);
      const rows = await select<CategoryRow & { productId: string }>(
        'categories-of-products',
        `select product_id as "productId", ${categoryColumns}
         from product_category join category on category.id = category_id
         where product_id = any($1::uuid[]) order by product_id, position`,
        [uuids],
      );
      return rowsOf(uuids, rows, ({ productId }) => productId).map((own) => own.map(toCategory));
    },
  };
}

const pathsSql = `
  with recursive step as (
    select id as of, id, 0 as depth from unnest($1::uuid[]) as asked(id)
    union all
    select of, parent_id, depth + 1 from step join category using (id) where parent_id is not null
  )
  select of, ${categoryColumns} from step join category using (id) order by of, depth desc`;

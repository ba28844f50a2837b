import type { NewEvent, Sql, Transact } from '#events';
import { formatId, rowKey } from '#ids';
import type { Author } from '../domain/author.ts';
import type { Category } from '../domain/category.ts';
import { sortKey } from '../domain/product.ts';
import { categoryColumns, toCategory, type CategoryRow } from './category-rows.ts';
import { categorySaved, productSaved } from './changes.ts';
import { holdCategories } from './hold-categories.ts';
import { freshUuid } from './rows.ts';

export interface CategoryTree {
  /** Changes it in one transaction, with its events; one at a time. */
  change<Answer>(work: (tx: CategoryTransaction) => Promise<Answer>): Promise<Answer>;
}

/** The tree while it is changed; nobody else changes it meanwhile. */
export interface CategoryTransaction {
  findById(id: string): Promise<Category | null>;
  findBySlug(slug: string): Promise<Category | null>;
  /** The ids from the root down to it; none when there is no such category. */
  findPath(id: string): Promise<string[]>;
  /** Adds it, and tells of it. */
  insert(category: Omit<Category, 'id'>, author: Author): Promise<Category>;
  /** Saves it, has the products below found where it is now, and tells of all that. */
  update(category: Category, before: Category, author: Author): Promise<void>;
}

export function createCategoryTree(transact: Transact<Sql>): CategoryTree {
  return {
    change: async (work) =>
      await transact(async (tx, append) => {
        await holdCategories(tx, 'to change them');
        return await work(createCategoryTransaction(tx, append));
      }),
  };
}

function createCategoryTransaction(
  tx: Sql,
  append: (event: NewEvent) => void,
): CategoryTransaction {
  async function find(condition: string, value: string | null): Promise<Category | null> {
    const [row] = await tx.$queryRawUnsafe<CategoryRow[]>(
      `select ${categoryColumns} from category where ${condition}`,
      value,
    );
    return row === undefined ? null : toCategory(row);
  }

  return {
    findById: (id) => find('id = $1::uuid', uuidOf(id)),
    findBySlug: (slug) => find('slug = $1', slug),
    findPath: async (id) => {
      const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
        `with recursive step as (
           select id, parent_id, 0 as depth from category where id = $1::uuid
           union all
           select category.id, category.parent_id, depth + 1
           from step join category on category.id = step.parent_id
         )
         select id from step order by depth desc`,
        uuidOf(id),
      );
      return rows.map((row) => formatId('cat', row.id));
    },
    insert: async (category, { actor, now }) => {
      const uuid = freshUuid('cat', now);
      await tx.$queryRawUnsafe(
        `insert into category (id, slug, name, sort_key, parent_id, version)
         values ($1::uuid, $2, $3, $4, $5::uuid, $6)`,
        uuid,
        ...columnsOf(category),
      );
      const saved = { ...category, id: formatId('cat', uuid) };
      append(categorySaved(saved, actor));
      return saved;
    },
    update: async (category, before, { actor }) => {
      await tx.$queryRawUnsafe(
        `update category set slug = $2, name = $3, sort_key = $4, parent_id = $5::uuid, version = $6
         where id = $1::uuid`,
        uuidOf(category.id),
        ...columnsOf(category),
      );
      append(categorySaved(category, actor));
      if (category.parentId === before.parentId) return;
      const moved = await findProductsBelow(tx, category.id);
      await tx.$queryRawUnsafe(
        'select index_facts($1::uuid[])::text',
        moved.map(({ id }) => id),
      );
      for (const { id, slug } of moved) {
        append(productSaved({ id: formatId('prd', id), slug, skus: [] }, actor));
      }
    },
  };
}

/** Those in a category, or in one below it. */
async function findProductsBelow(
  tx: Sql,
  categoryId: string,
): Promise<{ readonly id: string; readonly slug: string }[]> {
  return await tx.$queryRawUnsafe(
    `with recursive below as (
       select $1::uuid as id
       union all
       select category.id from below join category on parent_id = below.id
     )
     select id, slug from product
     where id in (select product_id from below join product_category on category_id = below.id)
     order by id`,
    uuidOf(categoryId),
  );
}

function columnsOf({ slug, name, parentId, version }: Omit<Category, 'id'>) {
  return [slug, name, sortKey(name), parentId === null ? null : uuidOf(parentId), version];
}

function uuidOf(id: string): string | null {
  return rowKey('cat', id)?.id ?? null;
}

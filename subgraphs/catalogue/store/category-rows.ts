import { formatId } from '#ids';
import type { Category } from '../domain/category.ts';

/** As `categoryColumns` selects it: its ids are uuids still. */
export type CategoryRow = Category;

export const categoryColumns = `
  category.id, category.slug, category.name, category.parent_id as "parentId", category.version`;

export function toCategory({ id, slug, name, parentId, version }: CategoryRow): Category {
  return {
    id: formatId('cat', id),
    slug,
    name,
    parentId: parentId === null ? null : formatId('cat', parentId),
    version,
  };
}

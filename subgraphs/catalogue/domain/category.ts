import { Refusal } from '#errors';
import { nameLengthMax } from './names.ts';

/** A place in the tree that customers browse. */
export interface Category {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Null at a root. */
  readonly parentId: string | null;
  /** Grows with every change. */
  readonly version: number;
}

/** What a category is to be. */
export interface CategoryInput {
  /** Null makes a new one. */
  readonly id?: string | null | undefined;
  readonly expectedVersion?: number | null | undefined;
  readonly slug: string;
  readonly name: string;
  /** Null makes it a root; left out, it stays where it is. */
  readonly parentId?: string | null | undefined;
}

/** The names of categories from a root down. */
export type CategoryPath = readonly string[];

/** The category as it is to be, from what it is. `pathToParent` has the ids from the root to its new parent. */
export function changeCategory(
  category: Category,
  input: CategoryInput,
  pathToParent: readonly string[],
): Category | Refusal {
  const { slug, name, parentId = category.parentId } = input;
  if (pathToParent.includes(category.id)) {
    const message = 'A category is not below itself: give a parent outside of it.';
    return new Refusal('CATEGORY_CYCLE', message, ['parentId']);
  }
  return { ...category, slug, name, parentId, version: category.version + 1 };
}

/** The slug of a category that nobody gave one: the names on its path. */
export function slugOfPath(path: CategoryPath): string {
  const words = path.join(' ').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return words
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, nameLengthMax)
    .replace(/^-|-$/g, '');
}

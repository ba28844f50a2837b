import type { NewEvent } from '#events';
import type { Category } from '../domain/category.ts';
import type { SavedProduct } from './saving.ts';

/** The stream of every change that shoppers may see: whoever keeps a copy of something follows it. */
export const changes = 'catalogue';
/** What is kept of any category has this tag, what is kept of a product its id, and every list `changes`. */
export const categoriesTag = 'categories';

/** The stream of all that is told of one product. */
export function productStream(id: string): string {
  return `product:${id}`;
}

/** Whether it tells of the product's own data, rather than of what there is of it. */
export function isOwnChange({ type }: Pick<NewEvent, 'type'>): boolean {
  return type === ownChange;
}

const ownChange = 'product.saved';

/** The tags of what is no longer as it was, now that this event has happened. */
export function staleTags({ data }: Pick<NewEvent, 'data'>): string[] {
  const { productId, categoryId } = data;
  return [
    changes,
    ...(typeof productId === 'string' ? [productId] : []),
    ...(categoryId === undefined ? [] : [categoriesTag]),
  ];
}

/** Tells that a product is new, or is no longer as it was. */
export function productSaved(product: SavedProduct, actor: string): NewEvent {
  return productChange(ownChange, product, actor);
}

/** The same of what an import has saved, with the categories that it made. */
export function importEvents(products: readonly SavedProduct[], actor: string): NewEvent[] {
  return products.flatMap((product) => [
    ...(product.newCategories ?? []).map((category) => categorySaved(category, actor)),
    productSaved(product, actor),
  ]);
}

/** Tells that of some of its variants there is some now, or none any more: the product itself is as it was. */
export function productStockChanged(product: SavedProduct, actor: string): NewEvent {
  return productChange('product.stock_changed', product, actor);
}

function productChange(type: string, { id, slug, skus }: SavedProduct, actor: string): NewEvent {
  return {
    type,
    streams: [changes, productStream(id)],
    actor,
    data: { productId: id, slug, skus },
  };
}

/** Tells that a category is new, or is no longer as it was; products that have moved with it are told of apart. */
export function categorySaved(
  { id, slug }: Pick<Category, 'id' | 'slug'>,
  actor: string,
): NewEvent {
  return {
    type: 'category.saved',
    streams: [changes, `category:${id}`],
    actor,
    data: { categoryId: id, slug },
  };
}

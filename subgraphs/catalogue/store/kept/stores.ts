import type { Category } from '../../domain/category.ts';
import type { Price } from '../../domain/price.ts';
import type { Characteristic, Product, ProductOption, Variant } from '../../domain/product.ts';
import type { VariantList, VariantPage } from '../../domain/variant-list.ts';
import type { CategoryStore } from '../categories.ts';
import { categoriesTag } from '../changes.ts';
import type { PriceStore, VariantKey } from '../prices.ts';
import type { ProductStore } from '../products.ts';
import type { VariantStore } from '../variants.ts';
import type { SearchEngine } from '../search/engine.ts';
import { digest, keepEach, keepFound, type Keeping } from './keeping.ts';
import { keepSearch, type KeptSearchOptions } from './search.ts';

// What each of these keeps is for callers who see no more than everybody does. It is dropped by the product
// that it is of, or with all categories: there are few of them, and they change seldom.

interface Stores {
  readonly products: ProductStore;
  readonly variants: VariantStore;
  readonly prices: PriceStore;
  readonly categories: CategoryStore;
  readonly search: SearchEngine;
}

/** The same, but that what shoppers read is kept. */
export function keepStores<Own extends Stores>(stores: Own, options: KeptSearchOptions): Own {
  return {
    ...stores,
    products: keepProducts(stores.products, options),
    variants: keepVariants(stores.variants, options),
    prices: keepPrices(stores.prices, options),
    categories: keepCategories(stores.categories, options),
    search: keepSearch(stores.search, options),
  };
}

function keepProducts(products: ProductStore, keeping: Keeping): ProductStore {
  const own = ({ id }: Product) => [id];
  const byId = keepFound<Product>(keeping, 'product', ({ id }) => id, own);
  const bySlug = keepFound<Product>(keeping, 'product-by-slug', ({ slug }) => slug, own);
  const characteristics = keepEach<string, Characteristic[]>(
    keeping,
    'characteristics',
    itself,
    only,
  );
  const options = keepEach<string, ProductOption[]>(keeping, 'options', itself, only);
  return {
    findProductsById: (caller, ids) =>
      byId(ids, (missing) => products.findProductsById(caller, missing)),
    findProductsBySlug: (caller, slugs) =>
      bySlug(slugs, (missing) => products.findProductsBySlug(caller, missing)),
    findCharacteristics: (ids) =>
      characteristics(ids, (missing) => products.findCharacteristics(missing)),
    findOptions: (ids) => options(ids, (missing) => products.findOptions(missing)),
  };
}

function keepVariants(variants: VariantStore, keeping: Keeping): VariantStore {
  const own = ({ productId }: Pick<Variant, 'productId'>) => [productId];
  const byId = keepFound<Variant>(keeping, 'variant', ({ id }) => id, own);
  const bySku = keepFound<Variant>(keeping, 'variant-by-sku', ({ sku }) => sku, own);
  const pages = keepEach<VariantPage, Variant[]>(keeping, 'variants', digest, own);
  const counts = keepEach<VariantList, number>(keeping, 'variant-count', digest, own);
  return {
    findVariantsById: (caller, ids) =>
      byId(ids, (missing) => variants.findVariantsById(caller, missing)),
    findVariantsBySku: (caller, skus) =>
      bySku(skus, (missing) => variants.findVariantsBySku(caller, missing)),
    findVariantPages: (caller, asked) =>
      pages(asked, (missing) => variants.findVariantPages(caller, missing)),
    countVariants: (caller, lists) =>
      counts(lists, (missing) => variants.countVariants(caller, missing)),
  };
}

/** Prices are kept with the times for which they hold, so time makes none of them wrong. */
function keepPrices(prices: PriceStore, keeping: Keeping): PriceStore {
  const own = keepEach<VariantKey, Price[]>(
    keeping,
    'prices',
    ({ id }) => id,
    ({ productId }) => [productId],
  );
  const ofProducts = keepEach<string, Price[][]>(keeping, 'prices-of-variants', itself, only);
  return {
    findPrices: (variants) => own(variants, (missing) => prices.findPrices(missing)),
    findPricesOfProducts: (caller, ids) =>
      ofProducts(ids, (missing) => prices.findPricesOfProducts(caller, missing)),
  };
}

function keepCategories(categories: CategoryStore, keeping: Keeping): CategoryStore {
  const all = () => [categoriesTag];
  const byId = keepFound<Category>(keeping, 'category', ({ id }) => id, all);
  const bySlug = keepFound<Category>(keeping, 'category-by-slug', ({ slug }) => slug, all);
  const roots = keepEach<string, Category[]>(keeping, 'categories', itself, all);
  const children = keepEach<string, Category[]>(keeping, 'child-categories', itself, all);
  const paths = keepEach<string, Category[]>(keeping, 'category-path', itself, all);
  const ofProducts = keepEach<string, Category[]>(keeping, 'categories-of', itself, (id) => [
    id,
    categoriesTag,
  ]);
  return {
    findCategoriesById: (ids) => byId(ids, (missing) => categories.findCategoriesById(missing)),
    findCategoriesBySlug: (slugs) =>
      bySlug(slugs, (missing) => categories.findCategoriesBySlug(missing)),
    findRoots: async () =>
      (await roots(['roots'], async () => [await categories.findRoots()])).flat(),
    findChildren: (ids) => children(ids, (missing) => categories.findChildren(missing)),
    findPaths: (ids) => paths(ids, (missing) => categories.findPaths(missing)),
    findCategoriesOfProducts: (ids) =>
      ofProducts(ids, (missing) => categories.findCategoriesOfProducts(missing)),
  };
}

function itself(key: string): string {
  return key;
}

function only(key: string): string[] {
  return [key];
}

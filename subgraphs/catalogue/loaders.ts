import type { Principal } from '#auth';
import { inKeyOrder } from '#graphql';
import DataLoader from 'dataloader';
import type { CatalogueImport } from './domain/catalogue-import.ts';
import type { Category } from './domain/category.ts';
import type { Price } from './domain/price.ts';
import type { ProductRelation, Translation } from './domain/product-parts.ts';
import type { ChangePage, ProductChange } from './domain/product-change.ts';
import type { Characteristic, Product, ProductOption, Variant } from './domain/product.ts';
import type { VariantList, VariantPage } from './domain/variant-list.ts';
import type { Parts } from './parts.ts';
import type { IdentifiedBundleItem, IdentifiedMedia } from './store/parts-of-products.ts';

/** A list asks the store once for each kind of thing that it shows. */
export interface Loaders {
  readonly productById: DataLoader<string, Product | null>;
  readonly productBySlug: DataLoader<string, Product | null>;
  readonly variantById: DataLoader<string, Variant | null>;
  readonly variantBySku: DataLoader<string, Variant | null>;
  /** By the product's id. */
  readonly characteristics: DataLoader<string, Characteristic[]>;
  readonly options: DataLoader<string, ProductOption[]>;
  readonly variants: DataLoader<VariantPage, Variant[], string>;
  readonly variantCount: DataLoader<VariantList, number, string>;
  readonly prices: DataLoader<Pick<Variant, 'id' | 'productId'>, Price[], string>;
  /** By the product's id: the prices of each of its variants. */
  readonly pricesOfVariants: DataLoader<string, Price[][]>;
  readonly categoryById: DataLoader<string, Category | null>;
  readonly categoryBySlug: DataLoader<string, Category | null>;
  /** By the category's id: those right below it, and those from the root down to it. */
  readonly childCategories: DataLoader<string, Category[]>;
  readonly categoryPath: DataLoader<string, Category[]>;
  /** By the product's id. */
  readonly categories: DataLoader<string, Category[]>;
  readonly media: DataLoader<string, IdentifiedMedia[]>;
  readonly translations: DataLoader<string, Translation[]>;
  readonly relations: DataLoader<string, ProductRelation[]>;
  readonly bundleItems: DataLoader<string, IdentifiedBundleItem[]>;
  readonly changes: DataLoader<ChangePage, ProductChange[], string>;
  readonly catalogueImport: DataLoader<string, CatalogueImport | null>;
}

export function createLoaders(
  { products, variants, prices, categories, productParts, history, imports }: Parts,
  caller: Principal,
): Loaders {
  return {
    productById: new DataLoader(async (ids) =>
      inKeyOrder(ids, await products.findProductsById(caller, ids), ({ id }) => id),
    ),
    productBySlug: new DataLoader(async (slugs) =>
      inKeyOrder(slugs, await products.findProductsBySlug(caller, slugs), ({ slug }) => slug),
    ),
    variantById: new DataLoader(async (ids) =>
      inKeyOrder(ids, await variants.findVariantsById(caller, ids), ({ id }) => id),
    ),
    variantBySku: new DataLoader(async (skus) =>
      inKeyOrder(skus, await variants.findVariantsBySku(caller, skus), ({ sku }) => sku),
    ),
    characteristics: new DataLoader((ids) => products.findCharacteristics(ids)),
    options: new DataLoader((ids) => products.findOptions(ids)),
    variants: new DataLoader((pages) => variants.findVariantPages(caller, pages), {
      cacheKeyFn: (page) => JSON.stringify(page),
    }),
    variantCount: new DataLoader((lists) => variants.countVariants(caller, lists), {
      cacheKeyFn: (list) => JSON.stringify(list),
    }),
    prices: new DataLoader((own) => prices.findPrices(own), { cacheKeyFn: ({ id }) => id }),
    categoryById: new DataLoader(async (ids) =>
      inKeyOrder(ids, await categories.findCategoriesById(ids), ({ id }) => id),
    ),
    categoryBySlug: new DataLoader(async (slugs) =>
      inKeyOrder(slugs, await categories.findCategoriesBySlug(slugs), ({ slug }) => slug),
    ),
    childCategories: new DataLoader((ids) => categories.findChildren(ids)),
    categoryPath: new DataLoader((ids) => categories.findPaths(ids)),
    categories: new DataLoader((ids) => categories.findCategoriesOfProducts(ids)),
    media: new DataLoader((ids) => productParts.findMedia(ids)),
    translations: new DataLoader((ids) => productParts.findTranslations(ids)),
    relations: new DataLoader((ids) => productParts.findRelations(caller, ids)),
    bundleItems: new DataLoader((ids) => productParts.findBundleItems(caller, ids)),
    changes: new DataLoader((pages) => history.findChangePages(caller, pages), {
      cacheKeyFn: (page) => JSON.stringify(page),
    }),
    catalogueImport: new DataLoader(
      async (ids) => inKeyOrder(ids, await imports.findImports(caller, ids), ({ id }) => id),
      { cache: false }, // a subscription reads it anew each time
    ),
    pricesOfVariants: new DataLoader((ids) => prices.findPricesOfProducts(caller, ids)),
  };
}

import type { Principal } from '#auth';
import type { Price } from '../domain/price.ts';
import type { BundleItem, Media } from '../domain/product-parts.ts';
import type { PriceRecord, ProductRecord } from '../domain/product-record.ts';
import type { Product, Variant } from '../domain/product.ts';
import { createCategoryStore } from './categories.ts';
import type { Select } from './database.ts';
import { createProductPartStore } from './parts-of-products.ts';
import { createPriceStore } from './prices.ts';
import { createProductStore } from './products.ts';
import { createVariantStore } from './variants.ts';

/** A product as it is now, with all its parts. */
export interface WholeProduct {
  readonly product: Product;
  readonly variants: readonly Variant[];
  readonly record: ProductRecord;
}

const variantsMax = 100_000;

/** The products with all that the caller may see of them, in their order. */
export async function readWhole(
  select: Select,
  caller: Principal,
  products: readonly Product[],
): Promise<WholeProduct[]> {
  if (products.length === 0) return [];
  const store = createProductStore(select);
  const ids = products.map(({ id }) => id);
  const pages = ids.map((productId) => ({
    productId,
    skus: null,
    options: [],
    after: null,
    limit: variantsMax,
  }));
  const parts = createProductPartStore(select);
  const [media, translations, relations, bundleItems] = await Promise.all([
    parts.findMedia(ids),
    parts.findTranslations(ids),
    parts.findRelations(caller, ids),
    parts.findBundleItems(caller, ids),
  ]);
  const [characteristics, options, categories, variantsOf] = await Promise.all([
    store.findCharacteristics(ids),
    store.findOptions(ids),
    createCategoryStore(select).findCategoriesOfProducts(ids),
    createVariantStore(select).findVariantPages(caller, pages),
  ]);
  const all = variantsOf.flat();
  const pricesOf = await createPriceStore(select).findPrices(all);
  const pricesById = new Map(all.map(({ id }, nth) => [id, pricesOf[nth] ?? []]));
  return products.map((product, nth) => {
    const { slug, name, description, kind, status, brand } = product;
    const { provisioningTemplateKey, configurationFields } = product;
    const variants = variantsOf[nth] ?? [];
    const record = {
      ...{ slug, name, description, kind, status, brand },
      ...{ provisioningTemplateKey, configurationFields },
      categoryIds: (categories[nth] ?? []).map(({ id }) => id),
      categoryPaths: [],
      media: (media[nth] ?? []).map(withoutMediaId),
      translations: translations[nth] ?? [],
      relations: relations[nth] ?? [],
      bundleItems: (bundleItems[nth] ?? []).map(withoutItemId),
      characteristics: characteristics[nth] ?? [],
      options: (options[nth] ?? []).map(({ name, values }) => ({ name, values })),
      variants: variants.map(({ id, sku, name, status, selectedOptions }) => ({
        ...{ sku, name, status, selectedOptions },
        prices: (pricesById.get(id) ?? []).map(withoutId),
      })),
    };
    return { product, variants, record };
  });
}

function withoutMediaId({ url, alt, kind }: Media): Media {
  return { url, alt, kind };
}

function withoutItemId(item: BundleItem): BundleItem {
  const { sku, group, quantity, minQuantity, maxQuantity } = item;
  return { sku, group, quantity, minQuantity, maxQuantity };
}

function withoutId(price: Price): PriceRecord {
  const { kind, unitPrice, taxIncluded, period, periodCount } = price;
  const { committedPeriods, unit, minQuantity, validFrom, validUntil } = price;
  return {
    ...{ kind, unitPrice, taxIncluded, period, periodCount },
    ...{ committedPeriods, unit, minQuantity, validFrom, validUntil },
  };
}

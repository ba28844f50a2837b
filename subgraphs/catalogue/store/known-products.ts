import type { Principal } from '#auth';
import type { Sql } from '#events';
import type { Price } from '../domain/price.ts';
import type { PriceRecord, ProductRecord } from '../domain/product-record.ts';
import type { Select } from './database.ts';
import { createCategoryStore } from './categories.ts';
import { createPriceStore } from './prices.ts';
import { createProductStore } from './products.ts';
import { createVariantStore } from './variants.ts';

/** What the catalogue has of products now, for a source that adds to it. */
export interface KnownProducts {
  /** Whole, by slug; held to the end of the transaction, so that nobody else adds to them meanwhile. */
  find(tx: Sql, slugs: readonly string[]): Promise<ReadonlyMap<string, ProductRecord>>;
  /** By SKU the slug of the product that has it. */
  ownersOfSkus(tx: Sql, skus: readonly string[]): Promise<Map<string, string>>;
}

const variantsMax = 100_000;

export function createKnownProducts(select: Select, caller: Principal): KnownProducts {
  const products = createProductStore(select);
  const variants = createVariantStore(select);
  const prices = createPriceStore(select);
  const categories = createCategoryStore(select);
  return {
    find: async (tx, slugs) => {
      const locked = await tx.$queryRawUnsafe<unknown[]>(
        `select id from product where slug = any($1) order by slug for update`,
        slugs,
      );
      if (locked.length === 0) return new Map();
      // Read by other connections: they see what was committed, which is what the lock holds still.
      const found = await products.findProductsBySlug(caller, slugs);
      const ids = found.map(({ id }) => id);
      const pages = ids.map((productId) => ({
        productId,
        skus: null,
        options: [],
        after: null,
        limit: variantsMax,
      }));
      const [characteristics, options, categoriesOf, variantsOf] = await Promise.all([
        products.findCharacteristics(ids),
        products.findOptions(ids),
        categories.findCategoriesOfProducts(ids),
        variants.findVariantPages(caller, pages),
      ]);
      const all = variantsOf.flat();
      const pricesOf = await prices.findPrices(all.map(({ id }) => id));
      const pricesById = new Map(all.map(({ id }, nth) => [id, pricesOf[nth] ?? []]));
      return new Map(
        found.map((product, nth) => {
          const { slug, name, description, kind, status, brand } = product;
          const { provisioningTemplateKey, configurationFields } = product;
          return [
            slug,
            {
              ...{ slug, name, description, kind, status, brand },
              ...{ provisioningTemplateKey, configurationFields },
              characteristics: characteristics[nth] ?? [],
              categoryIds: (categoriesOf[nth] ?? []).map(({ id }) => id),
              categoryPaths: [],
              options: (options[nth] ?? []).map(({ name, values }) => ({ name, values })),
              variants: (variantsOf[nth] ?? []).map((variant) => ({
                sku: variant.sku,
                name: variant.name,
                status: variant.status,
                selectedOptions: variant.selectedOptions,
                prices: (pricesById.get(variant.id) ?? []).map(withoutId),
              })),
            },
          ];
        }),
      );
    },
    ownersOfSkus: async (tx, skus) => {
      const rows = await tx.$queryRawUnsafe<{ sku: string; slug: string }[]>(
        `select sku, slug from variant join product on product.id = product_id
         where sku = any($1)`,
        skus,
      );
      return new Map(rows.map(({ sku, slug }) => [sku, slug]));
    },
  };
}

function withoutId(price: Price): PriceRecord {
  const { kind, unitPrice, taxIncluded, period, periodCount } = price;
  const { committedPeriods, unit, minQuantity, validFrom, validUntil } = price;
  return {
    ...{ kind, unitPrice, taxIncluded, period, periodCount },
    ...{ committedPeriods, unit, minQuantity, validFrom, validUntil },
  };
}

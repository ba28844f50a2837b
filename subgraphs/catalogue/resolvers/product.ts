import { connection, pageRequest } from '#graphql';
import { checkCurrency } from '../domain/filter.ts';
import { nearestOf } from '../domain/nearest-locale.ts';
import type { Translation } from '../domain/product-parts.ts';
import { priceRange } from '../domain/price.ts';
import type { ProductResolvers } from '../generated/resolvers.ts';
import type { ProductVariantPage } from './pages.ts';

const variantList = 'variants';

export const Product: ProductResolvers = {
  __resolveReference: async (reference, { loaders }) =>
    'id' in reference
      ? await loaders.productById.load(reference.id)
      : await loaders.productBySlug.load(reference.slug),

  name: async ({ id, name }, { locale }, { loaders, languages }) => {
    const wanted = locale == null ? languages : [locale];
    if (wanted.length === 0) return name;
    return nearestOf(named(await loaders.translations.load(id)), wanted)?.name ?? name;
  },
  description: async ({ id, description }, { locale }, { loaders, languages }) => {
    const wanted = locale == null ? languages : [locale];
    if (wanted.length === 0) return description;
    const found = nearestOf(described(await loaders.translations.load(id)), wanted);
    return found?.description ?? description;
  },
  media: ({ id }, _args, { loaders }) => loaders.media.load(id),
  bundleItems: ({ id }, _args, { loaders }) => loaders.bundleItems.load(id),
  relations: async ({ id }, { kinds }, { loaders }) => {
    const relations = await loaders.relations.load(id);
    return relations.filter(({ kind }) => kinds?.includes(kind) ?? true);
  },
  characteristics: ({ id }, _args, { loaders }) => loaders.characteristics.load(id),
  categories: ({ id }, _args, { loaders }) => loaders.categories.load(id),
  options: ({ id }, _args, { loaders }) => loaders.options.load(id),

  variants: async ({ id }, args, { loaders }): Promise<ProductVariantPage> => {
    const { filter, ...page } = args;
    const list = { productId: id, skus: filter?.skus ?? null, options: filter?.options ?? [] };
    const request = pageRequest(variantList, page);
    const { after, limit } = request;
    const variants = await loaders.variants.load({ ...list, after, limit: limit + 1 });
    return { list, ...connection(variantList, request, variants, ({ sku }) => sku) };
  },

  changes: async ({ id }, page, { loaders }) => {
    const request = pageRequest('changes', page);
    const after = request.after === null ? null : Number.parseInt(request.after) || 0;
    const asked = { productId: id, after, limit: request.limit + 1 };
    const changes = await loaders.changes.load(asked);
    return connection('changes', request, changes, ({ version }) => `${version}`);
  },

  priceRange: async ({ id }, { currency }, { loaders, buyer }) => {
    if (currency != null) checkCurrency('currency', currency);
    const prices = await loaders.pricesOfVariants.load(id);
    return priceRange(prices, { ...buyer, currency: currency ?? null });
  },
};

/** A language may have a name without a description. */
function named(translations: readonly Translation[]): Translation[] {
  return translations.filter(({ name }) => name !== null);
}

function described(translations: readonly Translation[]): Translation[] {
  return translations.filter(({ description }) => description !== null);
}

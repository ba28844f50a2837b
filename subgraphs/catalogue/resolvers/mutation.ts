import { Refusal } from '#errors';
import { userErrors } from '#graphql';
import type { Product } from '../domain/product.ts';
import type { CatalogueImport } from '../domain/catalogue-import.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';

export const Mutation: MutationResolvers = {
  createProduct: async (_root, { input }, { actions }) =>
    productPayload(await actions.createProduct(input)),
  updateProduct: async (_root, { input }, { actions }) =>
    productPayload(await actions.editProduct(input)),
  publishProduct: async (_root, wanted, { actions }) =>
    productPayload(await actions.setProductStatus('ACTIVE', wanted)),
  retireProduct: async (_root, wanted, { actions }) =>
    productPayload(await actions.setProductStatus('RETIRED', wanted)),
  saveVariants: async (_root, { productId: id, variants, expectedVersion }, { actions }) =>
    productPayload(
      await actions.editVariants(variants, { id, idField: 'productId', expectedVersion }),
    ),
  setPrices: async (_root, { variantId: id, prices, expectedVersion }, { actions }) => {
    const wanted = { id, idField: 'variantId', expectedVersion };
    const outcome = await actions.setVariantPrices(prices, wanted);
    const variant = outcome instanceof Refusal ? null : outcome;
    return { variant, userErrors: userErrors(outcome) };
  },
  saveCategory: async (_root, { input }, { actions }) => {
    const outcome = await actions.saveCategory(input);
    const category = outcome instanceof Refusal ? null : outcome;
    return { category, userErrors: userErrors(outcome) };
  },
  startCatalogueImport: async (_root, { input }, { actions }) =>
    importPayload(await actions.startCatalogueImport(input)),
  cancelCatalogueImport: async (_root, { id }, { actions }) =>
    importPayload(await actions.cancelCatalogueImport(id)),
};

function productPayload(outcome: Product | Refusal) {
  const product = outcome instanceof Refusal ? null : outcome;
  return { product, userErrors: userErrors(outcome) };
}

function importPayload(outcome: CatalogueImport | Refusal) {
  return {
    import: outcome instanceof Refusal ? null : outcome,
    userErrors: userErrors(outcome),
  };
}

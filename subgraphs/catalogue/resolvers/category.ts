import type { CategoryResolvers } from '../generated/resolvers.ts';
import { productPage } from './product-page.ts';

export const Category: CategoryResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.categoryById.load(id),
  parent: async ({ parentId }, _args, { loaders }) =>
    parentId === null ? null : await loaders.categoryById.load(parentId),
  children: ({ id }, _args, { loaders }) => loaders.childCategories.load(id),
  path: ({ id }, _args, { loaders }) => loaders.categoryPath.load(id),
  products: async ({ id }, { sort, ...page }, context) =>
    await productPage({ filter: { categoryId: id }, sort }, page, context),
};

import type { ProductInstanceResolvers } from '../generated/resolvers.ts';

export const ProductInstance: ProductInstanceResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.instance.load(id),
  owner: ({ ownerId }) => ({ id: ownerId }),
  variant: ({ sku }) => ({ sku }), // the catalogue knows the rest
  orderLine: ({ orderLineId }) => ({ id: orderLineId }),
  requests: ({ id }, page, { loaders }) =>
    loaders.requestsOfInstance.load({ parentId: id, ...page }),
  history: ({ id }, page, { actions }) => actions.listHistory(id, page),
};

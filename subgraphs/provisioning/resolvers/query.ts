import type { QueryResolvers } from '../generated/resolvers.ts';

export const Query: QueryResolvers = {
  productInstance: (_root, { id }, { loaders }) => loaders.instance.load(id),
  productInstances: (_root, page, { actions }) => actions.listInstances(null, page),
  provisioningRequest: (_root, { id }, { loaders }) => loaders.request.load(id),
  provisioningTemplate: (_root, { key, version }, { actions }) =>
    actions.findTemplate(key, version ?? null),
  stockLevels: (_root, { filter, ...page }, { actions }) => actions.listStock(filter ?? null, page),
};

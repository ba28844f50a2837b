import type { OrderLineResolvers } from '../generated/resolvers.ts';

export const OrderLine: OrderLineResolvers = {
  __resolveReference: ({ id }) => ({ id }), // a line is known here once it is provisioned
  provisioningRequests: ({ id }, _args, { loaders }) => loaders.requestsOfLine.load(id),
  productInstances: ({ id }, page, { loaders }) =>
    loaders.instancesOfLine.load({ parentId: id, ...page }),
};

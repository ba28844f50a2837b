import type { ProvisioningRequestResolvers } from '../generated/resolvers.ts';

export const ProvisioningRequest: ProvisioningRequestResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.request.load(id),
  template: async ({ id, template }, _args, { loaders }) => {
    const found = await loaders.template.load(template);
    if (found === null) throw new Error(`the request ${id} has no template`);
    return found;
  },
  order: ({ orderId }) => ({ id: orderId }),
  orderLine: ({ orderLineId }) => ({ id: orderLineId }),
  instance: ({ instanceId }, _args, { loaders }) => loaders.instance.load(instanceId),
};

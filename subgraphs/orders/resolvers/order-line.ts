import type { OrderLineResolvers } from '../generated/resolvers.ts';

export const OrderLine: OrderLineResolvers = {
  __resolveReference: async ({ id }, { loaders }) => {
    const order = await loaders.orderByLine.load(id);
    return order?.lines.find((line) => line.id === id) ?? null;
  },
  order: async ({ id, orderId }, _args, { loaders }) => {
    const order = await loaders.order.load(orderId);
    if (order === null) throw new Error(`the line ${id} has no order`);
    return order;
  },
  variant: ({ sku }) => ({ sku }), // the catalogue knows the rest
};

import type { QueryResolvers } from '../generated/resolvers.ts';

export const Query: QueryResolvers = {
  cart: (_root, { id }, { loaders }) => loaders.cart.load(id),
  myCart: (_root, _args, { actions }) => actions.myCart(),
  order: (_root, { id, number }, { loaders }) => {
    if (typeof id === 'string') return loaders.order.load(id);
    return typeof number === 'string' ? loaders.orderByNumber.load(number) : null;
  },
  orders: (_root, page, { actions }) => actions.listOrders(null, page),
};

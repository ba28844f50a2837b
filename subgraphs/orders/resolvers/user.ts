import type { UserResolvers } from '../generated/resolvers.ts';

export const User: UserResolvers = {
  orders: ({ id }, page, { actions }) => actions.listOrders(id, page),
};

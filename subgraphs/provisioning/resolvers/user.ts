import type { UserResolvers } from '../generated/resolvers.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  productInstances: ({ id }, page, { actions }) => actions.listInstances(id, page),
};

import type { MutationResolvers } from '../generated/resolvers.ts';
import { cartPayload, orderPayload } from './payloads.ts';

export const Mutation: MutationResolvers = {
  createCart: async (_root, args, { actions }) => cartPayload(await actions.createCart(args)),
  addCartLine: async (_root, args, { actions }) => cartPayload(await actions.addCartLine(args)),
  updateCartLine: async (_root, args, { actions }) =>
    cartPayload(await actions.updateCartLine(args)),
  removeCartLine: async (_root, args, { actions }) =>
    cartPayload(await actions.removeCartLine(args)),
  repriceCart: async (_root, args, { actions }) => cartPayload(await actions.repriceCart(args)),
  checkout: async (_root, { input }, { actions }) => orderPayload(await actions.checkout(input)),
  cancelOrder: async (_root, args, { actions }) => orderPayload(await actions.cancelOrder(args)),
};

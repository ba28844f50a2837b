import { isCancellable, totalOf } from '../domain/order.ts';
import type { OrderResolvers } from '../generated/resolvers.ts';

export const Order: OrderResolvers = {
  __resolveReference: (reference, { loaders }) =>
    'id' in reference
      ? loaders.order.load(reference.id)
      : loaders.orderByNumber.load(reference.number),
  customer: ({ ownerId }) => ({ id: ownerId }), // identity knows the rest
  total: (order) => totalOf(order),
  payment: ({ payments }) => payments.at(-1) ?? null,
  events: ({ id }, page, { actions }) => actions.listEvents(id, page),
  cancellable: (order) => isCancellable(order),
};

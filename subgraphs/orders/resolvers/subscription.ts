import type { OrderUpdate } from '../domain/event.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';

export const Subscription: SubscriptionResolvers = {
  orderUpdated: {
    subscribe: (_root, { id, since }, { actions }) => actions.watchOrder(id, since ?? null),
    resolve: (update: OrderUpdate) => update,
  },
};

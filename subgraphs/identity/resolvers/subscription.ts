import type { RevocationUpdate } from '../domain/revocation.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';

export const Subscription: SubscriptionResolvers = {
  revocations: {
    subscribe: (_root, { since }, { actions }) => actions.watchRevocations(since ?? null),
    resolve: (update: RevocationUpdate) => update,
  },
};

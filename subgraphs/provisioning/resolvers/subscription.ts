import type { AvailabilityUpdate } from '../domain/availability.ts';
import type { ProvisioningUpdate } from '../domain/update.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';

export const Subscription: SubscriptionResolvers = {
  provisioningUpdated: {
    subscribe: (_root, { since, ...subject }, { actions }) =>
      actions.watchProvisioning(subject, since ?? null),
    resolve: (update: ProvisioningUpdate) => update,
  },
  availabilityUpdated: {
    subscribe: (_root, { skus, since }, { actions }) =>
      actions.watchAvailability(skus, since ?? null),
    resolve: (update: AvailabilityUpdate) => update,
  },
};

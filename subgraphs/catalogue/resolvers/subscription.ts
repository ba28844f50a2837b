import type { CatalogueImport } from '../domain/catalogue-import.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';

export const Subscription: SubscriptionResolvers = {
  catalogueImportUpdated: {
    subscribe: (_root, { id }, { actions }) => actions.watchCatalogueImport(id),
    resolve: (state: CatalogueImport) => state,
  },
};

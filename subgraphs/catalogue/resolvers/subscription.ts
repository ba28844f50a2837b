import type { CatalogueImport } from '../domain/catalogue-import.ts';
import type { ProductUpdate } from '../domain/product-update.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';

export const Subscription: SubscriptionResolvers = {
  productUpdated: {
    subscribe: (_root, { ids, since }, { actions }) => actions.watchProducts(ids, since ?? null),
    resolve: (update: ProductUpdate, _args: unknown, { readAnew }: { readAnew: () => void }) => {
      readAnew(); // a subscription has one context for all of its messages
      return update;
    },
  },
  catalogueImportUpdated: {
    subscribe: (_root, { id }, { actions }) => actions.watchCatalogueImport(id),
    resolve: (state: CatalogueImport) => state,
  },
};

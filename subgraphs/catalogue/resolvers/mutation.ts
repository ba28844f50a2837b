import { Refusal } from '#errors';
import { userErrors } from '#graphql';
import type { CatalogueImport } from '../domain/catalogue-import.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';

export const Mutation: MutationResolvers = {
  saveCategory: async (_root, { input }, { actions }) => {
    const outcome = await actions.saveCategory(input);
    const category = outcome instanceof Refusal ? null : outcome;
    return { category, userErrors: userErrors(outcome) };
  },
  startCatalogueImport: async (_root, { input }, { actions }) =>
    importPayload(await actions.startCatalogueImport(input)),
  cancelCatalogueImport: async (_root, { id }, { actions }) =>
    importPayload(await actions.cancelCatalogueImport(id)),
};

function importPayload(outcome: CatalogueImport | Refusal) {
  return {
    import: outcome instanceof Refusal ? null : outcome,
    userErrors: userErrors(outcome),
  };
}

import { connection, pageRequest } from '#graphql';
import type { CatalogueImportResolvers } from '../generated/resolvers.ts';

export const CatalogueImport: CatalogueImportResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.catalogueImport.load(id),
  problems: async ({ id }, page, { actions }) => {
    const list = `problems/${id}`;
    const request = pageRequest(list, page);
    const found = await actions.listImportProblems(id, { ...request, limit: request.limit + 1 });
    return connection(list, request, found, ({ row }) => `${row}`);
  },
};

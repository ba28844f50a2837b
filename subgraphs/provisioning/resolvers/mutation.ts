import { Refusal } from '#errors';
import { userErrors } from '#graphql';
import type { StockLevel } from '../domain/stock.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';

export const Mutation: MutationResolvers = {
  reserveStock: async (_root, { input }, { actions }) => ({
    userErrors: userErrors(await actions.reserveStock(input)),
  }),
  releaseStock: async (_root, args, { actions }) => ({
    userErrors: userErrors(await actions.releaseStock(args)),
  }),
  allocateStock: async (_root, args, { actions }) => ({
    userErrors: userErrors(await actions.allocateStock(args)),
  }),
  startProvisioning: async (_root, { input }, { actions }) => {
    const outcome = await actions.startProvisioning(input);
    const requestIds = outcome instanceof Refusal ? null : outcome;
    return { requestIds, userErrors: userErrors(outcome) };
  },
  cancelProvisioning: async (_root, args, { actions }) => {
    const outcome = await actions.cancelProvisioning(args);
    return { undone: outcome === true, userErrors: userErrors(outcome) };
  },
  setStock: async (_root, args, { actions }) => stockPayload(await actions.setStock(args)),
  adjustStock: async (_root, args, { actions }) => stockPayload(await actions.adjustStock(args)),
};

function stockPayload(outcome: StockLevel[] | Refusal) {
  const stock = outcome instanceof Refusal ? null : outcome;
  return { stock, userErrors: userErrors(outcome) };
}

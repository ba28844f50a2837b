import { periodsOf, totalOfLine } from '../domain/cart.ts';
import type { CartLineResolvers } from '../generated/resolvers.ts';

export const CartLine: CartLineResolvers = {
  variant: ({ sku }) => ({ sku }), // the catalogue knows the rest
  periods: (line) => periodsOf(line),
  total: (line) => totalOfLine(line),
  problems: async ({ id, cart }, _args, { loaders }) =>
    (await loaders.lineProblems.load(cart)).get(id) ?? [],
};

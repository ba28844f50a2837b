import { problemsOf, recurringTotals, totalOf, type LineOfCart } from '../domain/cart.ts';
import type { CartResolvers } from '../generated/resolvers.ts';

export const Cart: CartResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.cart.load(id),
  lines: (cart) => cart.lines.map((line): LineOfCart => ({ ...line, cart })),
  total: (cart) => totalOf(cart),
  problems: (cart) => problemsOf(cart),
  recurringTotals: (cart) => recurringTotals(cart),
};

import { available } from '../domain/stock.ts';
import type { StockLevelResolvers } from '../generated/resolvers.ts';

export const StockLevel: StockLevelResolvers = {
  variant: ({ sku }) => ({ sku }),
  onHand: ({ unlimited, onHand }) => (unlimited ? null : onHand),
  available: (level) => (level.unlimited ? null : available(level)),
};

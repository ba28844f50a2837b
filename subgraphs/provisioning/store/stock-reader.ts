import DataLoader from 'dataloader';
import type { StockLevel } from '../domain/stock.ts';
import type { Database } from './database.ts';
import { findStock } from './stock.ts';

/** Reads levels in the order of their SKUs, null where there is none; all who ask at one moment share one query. */
export type ReadStock = (skus: readonly string[]) => Promise<(StockLevel | null)[]>;

export function createStockReader(database: Database): ReadStock {
  const loader = new DataLoader<string, StockLevel | null>(
    async (skus) => {
      const found = await findStock(database, [...new Set(skus)]);
      const levels = new Map(found.map((level) => [level.sku, level]));
      return skus.map((sku) => levels.get(sku) ?? null);
    },
    { cache: false },
  );
  return (skus) => Promise.all(skus.map((sku) => loader.load(sku)));
}

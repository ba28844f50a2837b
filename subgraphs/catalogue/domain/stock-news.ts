/** What provisioning tells of a SKU's stock. */
export interface StockNews {
  readonly sku: string;
  /** Of the stock level: of two news the higher one is true. */
  readonly version: number;
  readonly inStock: boolean;
}

/** What is true of each SKU. */
export function newest(news: readonly StockNews[]): StockNews[] {
  const bySku = new Map(
    news.toSorted((one, other) => one.version - other.version).map((each) => [each.sku, each]),
  );
  return [...bySku.values()];
}

/** Reads the data of `availability.changed`. @throws TypeError when it is not as provisioning tells it. */
export function readStockNews({ levels }: Readonly<Record<string, unknown>>): StockNews[] {
  if (!Array.isArray(levels)) throw new TypeError('availability.changed: data.levels is no list');
  return levels.map((level: unknown) => {
    const { sku, version, status } = (level ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof sku !== 'string' || typeof version !== 'number' || typeof status !== 'string') {
      throw new TypeError('availability.changed: a level lacks its sku, version or status');
    }
    return { sku, version, inStock: status !== 'OUT_OF_STOCK' };
  });
}

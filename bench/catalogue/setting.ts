import type { Options } from './options.ts';
import type { Postgres } from './postgres.ts';
import { openShop, type Shop } from './shop.ts';
import { fillSynthetic, type SyntheticCatalogue } from './synthetic.ts';

/** What all measurements of a run share. */
export interface Setting {
  readonly postgres: Postgres;
  /** For whatever has to be a file. */
  readonly folder: string;
  readonly options: Options;
  readonly signal: AbortSignal;
}

/** A made-up catalogue in a database of its own. */
export interface SyntheticShop extends Shop {
  readonly catalogue: SyntheticCatalogue;
}

/** Makes one, and tells how long it took. */
export async function makeSynthetic(
  { postgres, folder, signal }: Setting,
  name: string,
  products: number,
): Promise<SyntheticShop> {
  const shop = await openShop(postgres, folder, name, signal);
  const start = performance.now();
  const catalogue = await postgres.within(shop.database, (client) =>
    fillSynthetic(client, products, () => {
      signal.throwIfAborted();
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  console.log(`\n${products} synthetic products made in ${seconds.toFixed(0)} s`);
  return { ...shop, catalogue };
}

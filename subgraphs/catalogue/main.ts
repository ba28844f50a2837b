import { openEvents } from '#events';
import {
  createLogger,
  readServiceIdentity,
  runUntilStopped,
  serveSubgraph,
  type Running,
} from '#service';
import { readConfig, type CatalogueConfig } from './config.ts';
import { openPool, selectFrom } from './store/database.ts';
import { createPriceStore } from './store/prices.ts';
import { createProductStore } from './store/products.ts';
import { createPostgresSearch } from './store/search/postgres.ts';
import { createVariantStore } from './store/variants.ts';
import { createCatalogueSubgraph } from './subgraph.ts';

await runUntilStopped(() => startCatalogue(readConfig(process.env)));

async function startCatalogue(config: CatalogueConfig): Promise<Running> {
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const clock = () => new Date();
  const logger = createLogger('catalogue');
  const report = (error: unknown) => {
    logger.error('a part failed, and is tried again', { error });
  };
  const { authenticate } = await readServiceIdentity(config, clock);
  const pool = openPool(config.databaseUrl, config.poolSize, report);
  opened.defer(() => pool.end());
  opened.use(openEvents({ source: 'catalogue', ...config, report }));

  const select = selectFrom(pool);
  const subgraph = createCatalogueSubgraph({
    products: createProductStore(select),
    variants: createVariantStore(select),
    prices: createPriceStore(select),
    search: createPostgresSearch(select, clock),
    clock,
    shopCurrency: config.shopCurrency,
  });
  const { url } = opened.use(
    await serveSubgraph({
      schema: subgraph.schema,
      authenticate,
      contextFor: (caller) => subgraph.contextFor(caller),
      host: config.host,
      port: config.port,
      logger,
      isReady: async () =>
        await pool.query('select').then(
          () => true,
          () => false,
        ),
    }),
  );
  return Object.assign(opened.move(), { url });
}

import { serviceItself } from '#auth';
import { createTransact, openEvents, type NewEvent } from '#events';
import {
  CircuitBreaker,
  createLogger,
  readServiceIdentity,
  runUntilStopped,
  serveSubgraph,
  type Running,
} from '#service';
import { startWorkflows } from '#workflow';
import { reasonAgainst } from './actions/check-schemas.ts';
import { followStock } from './actions/follow-stock.ts';
import { readConfig, type CatalogueConfig } from './config.ts';
import { productSearch } from './domain/search.ts';
import { dropExpiredFiles } from './import/drop-expired-files.ts';
import { createSource } from './import/open-source.ts';
import { uploadRoute } from './import/upload-route.ts';
import type { Parts } from './parts.ts';
import { createCategoryStore } from './store/categories.ts';
import { createCategoryTree } from './store/category-tree.ts';
import { changes, staleTags } from './store/changes.ts';
import { openPool, openPrisma, selectFrom } from './store/database.ts';
import { createImportFileStore } from './store/import-files.ts';
import { batchTimeoutMs, createImportWork } from './store/import-work.ts';
import { createHistoryStore } from './store/history.ts';
import { createImportStore, house } from './store/imports.ts';
import { openCache } from './store/kept/open-cache.ts';
import { keepStores } from './store/kept/stores.ts';
import { createProductPartStore } from './store/parts-of-products.ts';
import { createPriceStore } from './store/prices.ts';
import { createProductEdits } from './store/product-edits.ts';
import { createProductStore } from './store/products.ts';
import { findNextPriceChange } from './store/search/next-price-change.ts';
import { startElastic } from './store/search/elastic/start.ts';
import { withFallback } from './store/search/failover.ts';
import { createPostgresSearch } from './store/search/postgres.ts';
import { createVariantStore } from './store/variants.ts';
import { createCatalogueSubgraph } from './subgraph.ts';
import { createImport } from './workflows/import.ts';

/** Each holds a connection while it saves. */
const importsMax = 2;
/** Of searches by Elasticsearch. */
const searchBreaker = { failuresMax: 3, restMs: 1_000 };

await runUntilStopped(() => startCatalogue(readConfig(process.env)));

async function startCatalogue(config: CatalogueConfig): Promise<Running> {
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const clock = () => new Date();
  const logger = createLogger(house);
  const report = (error: unknown) => {
    logger.error('a part failed, and is tried again', { error });
  };
  const { authenticate } = await readServiceIdentity(config, clock);
  const pool = openPool(config.databaseUrl, config.poolSize, report);
  opened.defer(() => pool.end());
  const client = openPrisma(pool);
  opened.defer(() => client.$disconnect());
  const events = opened.use(openEvents({ source: house, ...config, report }));
  const { bell, streams, signal } = events;
  const cache =
    config.cache && opened.use(await openCache({ ...config.cache, streams, signal, report }));

  const select = selectFrom(pool);
  const transactions = {
    client,
    bell,
    source: house,
    clock,
    committed: async (made: readonly NewEvent[]) => await cache?.drop(made.flatMap(staleTags)),
  };
  const transact = createTransact(transactions);
  events.consume({ transact, source: 'provisioning', apply: followStock });
  const { databaseUrl, executorId, shopCurrency, importHosts } = config;
  const importFiles = createImportFileStore({ select, clock });
  void dropExpiredFiles(importFiles, signal, report);
  const openSource = opened.use(
    createSource({
      importFiles,
      hosts: importHosts,
      bytesMax: config.importBytesMax,
      timeoutMs: config.importTimeoutMs,
    }),
  );
  const importWork = createImportWork({
    transact: createTransact({ ...transactions, timeoutMs: batchTimeoutMs }),
    ...{ clock, shopCurrency, reasonAgainst, report },
  });
  opened.use(
    await startWorkflows({
      name: house,
      databaseUrl,
      executorId,
      workflows: [createImport({ importWork, openSource, signal })],
      concurrency: importsMax,
      logger,
    }),
  );

  const products = createProductStore(select);
  const postgres = createPostgresSearch(select, clock);
  // What it counts by is in memory by the time that somebody asks for it.
  void postgres.search(serviceItself(house), productSearch({}, shopCurrency)).count().catch(report);
  const elastic =
    config.elasticsearch &&
    opened.use(
      startElastic({
        config: config.elasticsearch,
        ...{ pool, select, products, streams, bell, signal, clock, logger },
        breaker: new CircuitBreaker({ ...searchBreaker, now: () => performance.now() }),
        // What was found before the index had it is not kept.
        applied: async () => await cache?.drop([changes]),
      }),
    );
  const parts: Parts = {
    products,
    variants: createVariantStore(select),
    prices: createPriceStore(select),
    categories: createCategoryStore(select),
    categoryTree: createCategoryTree(transact),
    productParts: createProductPartStore(select),
    productEdits: createProductEdits(select, transact),
    history: createHistoryStore(select),
    search: elastic === null ? postgres : withFallback(elastic.engine, postgres),
    imports: createImportStore({ select, transact, clock }),
    importFiles,
    importHosts,
    bell,
    streams,
    signal,
    clock,
    shopCurrency,
  };
  const nextPriceChange = (after: Date) => findNextPriceChange(select, after);
  const subgraph = createCatalogueSubgraph(
    parts,
    config.cache && cache
      ? keepStores(parts, { cache, ttlMs: config.cache.ttlMs, clock, nextPriceChange })
      : parts,
  );
  const { url } = opened.use(
    await serveSubgraph({
      schema: subgraph.schema,
      authenticate,
      contextFor: (caller, { languages }) => subgraph.contextFor(caller, languages),
      routes: [uploadRoute({ importFiles, authenticate, bytesMax: config.uploadBytesMax, logger })],
      extensionsOf: (context) => context.extensions(),
      host: config.host,
      port: config.port,
      logger,
      isReady: async () =>
        await pool.query('select').then(
          () => true,
          () => false,
        ),
      // Without Elasticsearch all is still there: it says nothing of whether we are ready.
      health: async () =>
        elastic === null ? {} : { searchIndex: await elastic.state().catch(() => null) },
    }),
  );
  return Object.assign(opened.move(), { url });
}

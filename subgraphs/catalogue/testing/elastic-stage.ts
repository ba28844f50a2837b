import { throwAwayDatabase } from '#database';
import { createTransact, openEvents } from '#events';
import { CircuitBreaker } from '#service';
import type { Client } from '@elastic/elasticsearch';
import type { Pool } from 'pg';
import type { ProductRecord } from '../domain/product-record.ts';
import type { Place } from '../domain/place.ts';
import { productSearch, type ProductSort } from '../domain/search.ts';
import { productSaved } from '../store/changes.ts';
import { openPool, openPrisma, selectFrom, type Select } from '../store/database.ts';
import { createProductStore } from '../store/products.ts';
import { saveProducts } from '../store/saving.ts';
import { openClient, type ElasticConfig } from '../store/search/elastic/client.ts';
import { createFeed, type Feed, type FeedState } from '../store/search/elastic/feed.ts';
import { startElastic, type Elastic } from '../store/search/elastic/start.ts';
import type { Answered, SearchEngine } from '../store/search/engine.ts';
import { withFallback } from '../store/search/failover.ts';
import { createPostgresSearch } from '../store/search/postgres.ts';
import { house } from '../store/imports.ts';
import { visitor } from './stage.ts';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { randomIndexName } from './test-index.ts';

/** The catalogue with its events and an Elasticsearch behind a proxy, as in its process. */
export interface ElasticStage extends AsyncDisposable {
  readonly pool: Pool;
  readonly select: Select;
  readonly proxy: TcpProxy;
  /** Past the proxy. */
  readonly client: Client;
  readonly indexPrefix: string;
  /** Of a process of its own, for `npm run reindex`. */
  readonly feed: Feed;
  state(): Promise<FeedState>;
  save(records: readonly ProductRecord[]): Promise<void>;
  /** The slugs of a page, where its last product stands, and who found them. */
  find(asked?: Asked): Promise<Found>;
  /** Stops what runs, as the end of the process does. */
  stop(): Promise<void>;
  start(): void;
}

interface Asked {
  readonly query?: string;
  readonly sort?: ProductSort;
  readonly from?: Place | null;
  readonly limit?: number;
}

export interface Found {
  readonly slugs: readonly string[];
  readonly last: Place | null;
  readonly answered: Answered | undefined;
}

const searchTimeoutMs = 3_000;

export async function openElasticStage(
  serverUrl: string,
  elasticsearchUrl: string,
): Promise<ElasticStage> {
  await using opened = new AsyncDisposableStack();
  const place = opened.use(await throwAwayDatabase(serverUrl, 'catalogue'));
  const log = opened.use(await throwAwayDatabase(serverUrl, 'events'));
  const proxy = opened.use(await openTcpProxy(elasticsearchUrl));
  const report = () => undefined;
  const pool = openPool(place.url, 10, report);
  opened.defer(() => pool.end());
  const prisma = openPrisma(pool);
  opened.defer(() => prisma.$disconnect());
  const { bell, streams, signal } = opened.use(
    openEvents({ source: house, databaseUrl: place.url, eventsDatabaseUrl: log.url, report }),
  );
  const clock = () => new Date();
  const transact = createTransact({ client: prisma, bell, source: house, clock });
  const select = selectFrom(pool);
  const products = createProductStore(select);
  const indexPrefix = randomIndexName();
  const direct: ElasticConfig = {
    url: elasticsearchUrl,
    apiKey: null,
    indexPrefix,
    searchTimeoutMs,
  };
  const client = openClient(direct);
  opened.defer(async () => {
    const names = Object.keys(await client.indices.get({ index: `${indexPrefix}*` }));
    if (names.length > 0) await client.indices.delete({ index: names });
    await client.close();
  });

  const logger = { info: report, warn: report };
  const postgres = createPostgresSearch(select, clock);
  let elastic: Elastic;
  let search: SearchEngine;
  function start(): void {
    const breaker = new CircuitBreaker({ failuresMax: 3, restMs: 50, now: Date.now });
    const config = { ...direct, url: proxy.url };
    const parts = { config, pool, select, products, streams, bell, signal };
    elastic = startElastic({ ...parts, breaker, applied: () => Promise.resolve(), clock, logger });
    search = withFallback(elastic.engine, postgres);
  }
  start();
  opened.defer(() => elastic[Symbol.asyncDispose]());

  const stage: Omit<ElasticStage, typeof Symbol.asyncDispose> = {
    pool,
    select,
    proxy,
    client,
    indexPrefix,
    feed: createFeed({ client, pool, select, streams, indexPrefix, clock, report }),
    state: () => elastic.state(),
    save: async (records) => {
      await transact(async (tx, append) => {
        const saved = await saveProducts(tx, records, { actor: 'svc_catalogue', now: clock() });
        for (const product of saved) append(productSaved(product, 'svc_catalogue'));
      });
    },
    find: async ({ query, sort = 'NAME', from = null, limit = 100 } = {}) => {
      let answered: Answered | undefined;
      const asked = productSearch({ query, sort: query === undefined ? sort : null }, 'USD');
      const found = await search
        .search(visitor, asked, (now) => {
          answered = now;
        })
        .page({ from, backwards: false, limit });
      const slugs = found.map(({ product }) => product.slug);
      return { slugs, last: found.at(-1)?.place ?? null, answered };
    },
    stop: async () => {
      await elastic[Symbol.asyncDispose]();
    },
    start,
  };
  return Object.assign(opened.move(), stage);
}

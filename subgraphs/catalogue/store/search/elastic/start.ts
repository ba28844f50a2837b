import type { Bell, Streams } from '#events';
import type { Pool } from 'pg';
import type { Select } from '../../database.ts';
import type { ProductStore } from '../../products.ts';
import type { SearchEngine } from '../engine.ts';
import { openClient, type ElasticConfig } from './client.ts';
import { aliasOf } from './definition.ts';
import { createElasticSearch } from './elastic.ts';
import { createFeed, type FeedState } from './feed.ts';
import { createIndexReader, type IndexReaderOptions } from './index-reader.ts';

export interface ElasticParts {
  readonly config: ElasticConfig;
  readonly pool: Pool;
  readonly select: Select;
  readonly products: Pick<ProductStore, 'findProductsById'>;
  readonly streams: Streams;
  readonly bell: Bell;
  readonly signal: AbortSignal;
  readonly breaker: IndexReaderOptions['breaker'];
  /** Called when what is found is no longer what was found before. */
  readonly applied: () => Promise<void>;
  readonly clock: () => Date;
  readonly logger: Logger;
}

interface Logger {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

export interface Elastic extends AsyncDisposable {
  /** Throws SearchUnavailable while there is no index, or nobody who answers. */
  readonly engine: SearchEngine;
  state(): Promise<FeedState>;
}

const progressMs = 5_000;

/** Searches by Elasticsearch, and keeps its index as the catalogue is, until disposed. */
export function startElastic(parts: ElasticParts): Elastic {
  const { config, pool, select, products, streams, bell, signal, breaker, applied, clock, logger } =
    parts;
  const { indexPrefix, searchTimeoutMs } = config;
  const client = openClient(config);
  const stop = new AbortController();
  const feed = createFeed({
    client,
    pool,
    select,
    streams,
    indexPrefix,
    clock,
    report: (error) => {
      logger.warn('a product can not be indexed', { error });
    },
  });
  const index = createIndexReader({
    client,
    index: aliasOf(indexPrefix),
    isReady: () => feed.isOurs(),
    timeoutMs: searchTimeoutMs,
    breaker,
    lost: (error) => {
      logger.warn('Elasticsearch does not answer: PostgreSQL searches instead', { error });
    },
    found: () => {
      logger.info('Elasticsearch answers again');
    },
  });
  let toldAt = 0;
  const running = feed.run({
    bell,
    signal: AbortSignal.any([signal, stop.signal]),
    failed: (error) => {
      logger.warn('the search index waits, and is tried again', { error });
    },
    resumed: () => {
      logger.info('the search index goes on');
    },
    applied,
    progress: (done, total) => {
      const now = clock().getTime();
      if (now - toldAt < progressMs && done < total) return;
      toldAt = now;
      logger.info('a search index is made', { done, total });
    },
  });
  return {
    engine: createElasticSearch({ index, select, products, clock }),
    state: () => feed.state(),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      // What is being written is cut off: the next process goes on from the last position.
      await client.close();
      await running;
    },
  };
}

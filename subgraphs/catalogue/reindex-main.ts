// Makes the search index anew beside the one that serves: `npm run reindex`.
import { openEvents } from '#events';
import { ConfigError } from '#service';
import { readReindexConfig, type ReindexConfig } from './config.ts';
import { createTeller } from './import/teller.ts';
import { openPool, selectFrom } from './store/database.ts';
import { house } from './store/imports.ts';
import { openClient } from './store/search/elastic/client.ts';
import { createFeed } from './store/search/elastic/feed.ts';

const connectionsMax = 4;

const stop = new AbortController();
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) {
  process.once(event, () => {
    stop.abort();
  });
}
try {
  await reindex(readReindexConfig(process.env), stop.signal);
} catch (error) {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else if (!stop.signal.aborted) throw error;
  process.exitCode = 1; // what served serves on
}
if (process.connected) process.disconnect(); // an open channel would keep the process alive

async function reindex(config: ReindexConfig, signal: AbortSignal): Promise<void> {
  const { databaseUrl, eventsDatabaseUrl, elasticsearch } = config;
  await using opened = new AsyncDisposableStack();
  const pool = openPool(databaseUrl, connectionsMax, report);
  opened.defer(() => pool.end());
  const { streams } = opened.use(
    openEvents({ source: house, databaseUrl, eventsDatabaseUrl, report }),
  );
  const client = openClient(elasticsearch);
  opened.defer(() => client.close());
  const select = selectFrom(pool);
  const clock = () => new Date();
  const { indexPrefix } = elasticsearch;
  const feed = createFeed({ client, pool, select, streams, indexPrefix, clock, report });

  const teller = createTeller(process);
  let products = 0;
  const isMade = await feed.rebuild(signal, (done, total) => {
    products = done;
    teller.progress('products', done, total);
  });
  if (isMade) {
    teller.tell(`${products} products indexed; the new index serves`);
    return;
  }
  process.stderr.write('Another process is making the index: wait until it is done.\n');
  process.exitCode = 1;
}

function report(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}

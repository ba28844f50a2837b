import { CircuitBreaker } from '#service';
import { randomBytes } from 'node:crypto';
import { openPool, selectFrom } from '../store/database.ts';
import { createIndex } from '../store/search/elastic/build.ts';
import { openClient } from '../store/search/elastic/client.ts';
import { createIndexReader, type IndexReader } from '../store/search/elastic/index-reader.ts';
import { inBatches, writeProducts } from '../store/search/elastic/writing.ts';

/** An index of its own for a database, which is dropped at the end. */
export interface TestIndex extends AsyncDisposable {
  /** Finds what the catalogue has, once it was told of a change. */
  readonly reader: IndexReader;
  changed(): void;
}

const timeoutMs = 20_000;

export async function openTestIndex(url: string, databaseUrl: string): Promise<TestIndex> {
  const pool = openPool(databaseUrl, 1, () => undefined);
  const select = selectFrom(pool);
  const name = randomIndexName();
  const client = openClient({ url, apiKey: null, indexPrefix: name, searchTimeoutMs: timeoutMs });
  const index = `${name}-searched`;
  await createIndex(client, name, index);
  const report = (error: unknown) => {
    throw error;
  };
  const breaker = new CircuitBreaker({ failuresMax: Infinity, restMs: 0, now: Date.now });
  const silent = () => undefined;
  const heard = { lost: silent, found: silent };
  const reader = createIndexReader({
    ...{ client, index, timeoutMs, breaker },
    ...heard,
    isReady: () => true,
  });
  let version = 0;
  let known: readonly string[] = [];
  let settled = Promise.resolve();

  async function settle(): Promise<void> {
    const rows = await select<{ id: string }>('all', 'select id from product', []);
    const now = rows.map(({ id }) => id);
    const all = new Set([...known, ...now]);
    known = now;
    version += 1;
    await writeProducts({ client, select, report }, index, version, inBatches([...all]));
    await client.indices.refresh({ index });
  }

  let isSettled = true;
  function settling(): Promise<void> {
    if (!isSettled) settled = settle();
    isSettled = true;
    return settled;
  }
  return {
    reader: {
      search: async (request) => {
        await settling();
        return await reader.search(request);
      },
      count: async (query) => {
        await settling();
        return await reader.count(query);
      },
    },
    changed: () => {
      isSettled = false;
    },
    [Symbol.asyncDispose]: async () => {
      await client.indices.delete({ index: name });
      await client.close();
      await pool.end();
    },
  };
}

/** Nobody else's. */
export function randomIndexName(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

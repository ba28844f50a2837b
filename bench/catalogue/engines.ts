import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { onPostgres, reindex, startShop, type Server, type Shop } from './shop.ts';

/** What searches for a catalogue. */
export interface Engine {
  readonly title: string;
  /** Starts a catalogue that searches by it. */
  readonly start: (title: string, shop: Shop, signal: AbortSignal) => Promise<Server>;
}

const indexTimeoutMs = 60_000;
const pollMs = 200;

/** PostgreSQL, and Elasticsearch where one is named. */
export function enginesOf({ ELASTICSEARCH_URL: url }: NodeJS.ProcessEnv): Engine[] {
  const postgres: Engine = {
    title: 'PostgreSQL',
    start: (title, shop, signal) => startShop(title, shop, onPostgres, signal),
  };
  if (url === undefined || url === '') return [postgres];
  const elasticsearch: Engine = {
    title: 'Elasticsearch',
    start: (title, shop, signal) => startOnElasticsearch(url, title, shop, signal),
  };
  return [postgres, elasticsearch];
}

async function startOnElasticsearch(
  url: string,
  title: string,
  shop: Shop,
  signal: AbortSignal,
): Promise<Server> {
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  await using opened = new AsyncDisposableStack();
  opened.defer(() => deleteIndices(url, prefix));
  const told = { ELASTICSEARCH_URL: url, CATALOGUE_INDEX_PREFIX: prefix };
  await reindex(shop, told, signal);
  const server = opened.use(await startShop(title, shop, told, signal));
  await untilIndexServes(server, signal);
  const { ask, pid, url: address } = server;
  return Object.assign(opened.move(), { title, pid, url: address, ask });
}

/** Until then PostgreSQL would answer in its place. */
async function untilIndexServes({ url }: Server, signal: AbortSignal): Promise<void> {
  const until = performance.now() + indexTimeoutMs;
  let state = '';
  while (performance.now() < until) {
    const response = await fetch(`${url}/health/ready`, { signal });
    state = await response.text();
    const { searchIndex } = JSON.parse(state) as { readonly searchIndex?: { serves: boolean } };
    if (searchIndex?.serves === true) return;
    await delay(pollMs, undefined, { signal });
  }
  throw new Error(`Elasticsearch does not serve: ${state}`);
}

/** By their names, since patterns may not delete. */
async function deleteIndices(url: string, prefix: string): Promise<void> {
  const { origin, username, password } = new URL(url);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const headers = username === '' ? {} : { authorization: `Basic ${login.toString('base64')}` };
  const found = await fetch(`${origin}/_cat/indices/${prefix}*?format=json&h=index`, { headers });
  for (const { index } of (await found.json()) as readonly { readonly index: string }[]) {
    await fetch(`${origin}/${index}`, { method: 'DELETE', headers });
  }
}

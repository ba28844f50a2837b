import { createAuthorize, generateServiceKeyPair, importServiceKey, type Authorize } from '#auth';
import { noRedis, startRedis, type OwnRedis } from '#cache';
import { runSql, throwAwayDatabase, type ThrowAwayDatabase } from '#database';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { openClient } from './store/search/elastic/client.ts';
import { elasticsearchUrl, needsElasticsearch } from './testing/engines.ts';
import { keeper, visitor } from './testing/stage.ts';
import { randomIndexName } from './testing/test-index.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

let log: ThrowAwayDatabase;
let folder: string;
let authorize: Authorize;
beforeAll(async () => {
  log = await throwAwayDatabase(inject('postgresUrl'), 'events');
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  const [own, gateway] = await Promise.all(['catalogue', 'gateway'].map(generateServiceKeyPair));
  await writeFile(join(folder, 'key.json'), JSON.stringify(own!.privateJwk));
  const keys = [own!.publicJwk, gateway!.publicJwk];
  await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys }));
  authorize = createAuthorize(await importServiceKey(gateway!.privateJwk), () => new Date());
});
afterAll(async () => {
  await log[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The house's own process, until disposed. */
async function startProcess(name: string, { url }: ThrowAwayDatabase, settings: NodeJS.ProcessEnv) {
  const child = fork(main, [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      CATALOGUE_PORT: '0',
      CATALOGUE_DATABASE_URL: url,
      EVENTS_DATABASE_URL: log.url,
      EXECUTOR_ID: name,
      SERVICE_KEY_FILE: join(folder, 'key.json'),
      SERVICE_JWKS_FILE: join(folder, 'jwks.json'),
      ...settings,
    },
  });
  const [message] = (await once(child, 'message')) as [{ readonly url: string }];
  async function answer(query: string, variables: object = {}, caller = visitor) {
    const response = await fetch(`${message.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: await authorize(caller, 'catalogue'),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data: unknown; errors?: unknown; extensions?: unknown };
  }
  return {
    url: message.url,
    answer,
    ask: async (...asked: Parameters<typeof answer>) => {
      const { data, errors } = await answer(...asked);
      expect(errors).toBeUndefined();
      return data;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    },
  };
}

type Process = Awaited<ReturnType<typeof startProcess>>;

/** Puts a lamp on sale. Gives its id. */
async function sellLamp({ ask }: Process): Promise<string> {
  const created = (await ask(
    `mutation {
      createProduct(input: { slug: "lamp", name: "Lamp", kind: PHYSICAL }) { product { id } }
    }`,
    {},
    keeper,
  )) as { createProduct: { product: { id: string } } };
  const { id } = created.createProduct.product;
  const publish = `mutation ($id: ID!) { publishProduct(id: $id) { userErrors { code } } }`;
  await ask(publish, { id }, keeper);
  return id;
}

const shown = `{
  product(slug: "lamp") { name }
  products(first: 5) { totalCount nodes { name } }
}`;
const lamp = (name: string) => ({
  product: { name },
  products: { totalCount: 1, nodes: [{ name }] },
});

const skipped = noRedis === null ? '' : ` (SKIPPED: ${noRedis})`;

describe.each([
  { where: 'in each', isThere: true, openRedis: () => Promise.resolve(null) },
  { where: `in Redis${skipped}`, isThere: noRedis === null, openRedis: startRedis },
])('two processes that keep what shoppers read $where', ({ isThere, openRedis }) => {
  test.runIf(isThere)('ask the database once, until either of them changes it', async () => {
    await using redis: OwnRedis | null = await openRedis();
    await using database = await throwAwayDatabase(inject('postgresUrl'), 'catalogue');
    const settings = redis === null ? {} : { REDIS_URL: redis.url };
    const starting = [1, 2].map((nth) => startProcess(`catalogue-${nth}`, database, settings));
    await using here = await starting[0]!;
    await using there = await starting[1]!;
    const id = await sellLamp(here);
    for (const { ask } of [here, there]) {
      await vi.waitFor(async () => {
        expect(await ask(shown)).toEqual(lamp('Lamp'));
      });
    }

    // By nobody who tells of it: so what is kept shows, once Redis is used.
    const rename = (name: string) =>
      runSql(database.ownerUrl, [`update product set name = '${name}'`]);
    for (const { ask } of [here, there]) {
      await vi.waitFor(
        async () => {
          await rename('Dim');
          const before = await ask(shown);
          await rename('Dark');
          expect(await ask(shown)).toEqual(before);
        },
        { timeout: 10_000 },
      );
    }

    await there.ask(
      `mutation ($id: ID!) { updateProduct(input: { id: $id, name: "Bright" }) { userErrors { code } } }`,
      { id },
      keeper,
    );
    expect(await there.ask(shown)).toEqual(lamp('Bright'));
    await vi.waitFor(async () => {
      expect(await here.ask(shown)).toEqual(lamp('Bright'));
    });
  });
});

test('a process that keeps nothing shows what is there', async () => {
  await using database = await throwAwayDatabase(inject('postgresUrl'), 'catalogue');
  await using only = await startProcess('catalogue-1', database, { CATALOGUE_CACHE: 'off' });
  await sellLamp(only);
  expect(await only.ask(shown)).toEqual(lamp('Lamp'));
  await runSql(database.ownerUrl, [`update product set name = 'Dark'`]);
  expect(await only.ask(shown)).toEqual(lamp('Dark'));
});

test('while the Elasticsearch that it was given is not there, a process searches without it and says so', async () => {
  await using database = await throwAwayDatabase(inject('postgresUrl'), 'catalogue');
  const settings = { ELASTICSEARCH_URL: 'http://127.0.0.1:1' };
  await using only = await startProcess('catalogue-1', database, settings);
  await sellLamp(only);
  expect(await only.answer(shown)).toEqual({
    data: lamp('Lamp'),
    extensions: { search: { engine: 'postgres', fallback: true } },
  });
  expect(await only.answer('{ product(slug: "lamp") { name } }')).not.toHaveProperty('extensions');
  const health = await fetch(`${only.url}/health/ready`);
  expect(await health.json()).toEqual({ status: 'ready', searchIndex: null });
});

test.skipIf(elasticsearchUrl === null)(
  `a process makes its index by itself, and then searches by it${needsElasticsearch}`,
  async () => {
    await using database = await throwAwayDatabase(inject('postgresUrl'), 'catalogue');
    const url = String(elasticsearchUrl);
    const indexPrefix = randomIndexName();
    const client = openClient({ url, apiKey: null, indexPrefix, searchTimeoutMs: 1_000 });
    try {
      const settings = { ELASTICSEARCH_URL: url, CATALOGUE_INDEX_PREFIX: indexPrefix };
      await using only = await startProcess('catalogue-1', database, settings);
      await sellLamp(only);
      await vi.waitFor(
        async () => {
          expect(await only.answer(shown)).toEqual({
            data: lamp('Lamp'),
            extensions: { search: { engine: 'elasticsearch', fallback: false } },
          });
        },
        { timeout: 25_000, interval: 200 },
      );
      const health = await fetch(`${only.url}/health/ready`);
      expect(await health.json()).toEqual({
        status: 'ready',
        searchIndex: { serves: true, lag: 0, lagSeconds: 0, building: null },
      });
    } finally {
      const made = await client.indices.get({ index: `${indexPrefix}-*` });
      await client.indices.delete({ index: Object.keys(made) });
      await client.close();
    }
  },
);

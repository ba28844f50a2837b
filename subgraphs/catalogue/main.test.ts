import { noRedis, startRedis, type OwnRedis } from '#cache';
import { runSql, throwAwayDatabase } from '#database';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { openClient } from './store/search/elastic/client.ts';
import { elasticsearchUrl, needsElasticsearch } from './testing/engines.ts';
import { openProcesses, type Process, type Processes } from './testing/process.ts';
import { keeper } from './testing/stage.ts';
import { randomIndexName } from './testing/test-index.ts';

let processes: Processes;
beforeAll(async () => {
  processes = await openProcesses(inject('postgresUrl'));
});
afterAll(async () => {
  await processes[Symbol.asyncDispose]();
});

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
    const starting = [1, 2].map((nth) => processes.start(`catalogue-${nth}`, database, settings));
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
  await using only = await processes.start('catalogue-1', database, { CATALOGUE_CACHE: 'off' });
  await sellLamp(only);
  expect(await only.ask(shown)).toEqual(lamp('Lamp'));
  await runSql(database.ownerUrl, [`update product set name = 'Dark'`]);
  expect(await only.ask(shown)).toEqual(lamp('Dark'));
});

test('while the Elasticsearch that it was given is not there, a process searches without it and says so', async () => {
  await using database = await throwAwayDatabase(inject('postgresUrl'), 'catalogue');
  const settings = { ELASTICSEARCH_URL: 'http://127.0.0.1:1' };
  await using only = await processes.start('catalogue-1', database, settings);
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
      await using only = await processes.start('catalogue-1', database, settings);
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

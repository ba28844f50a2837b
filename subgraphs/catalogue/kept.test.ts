import { noRedis, startRedis, type OwnRedis } from '#cache';
import { throwAwayDatabase, type ThrowAwayDatabase } from '#database';
import { openEvents } from '#events';
import { formatId } from '#ids';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { plainPrice } from './domain/price.ts';
import type { ProductRecord } from './domain/product-record.ts';
import { categoriesTag, changes, productSaved, staleTags } from './store/changes.ts';
import { openCache } from './store/kept/open-cache.ts';
import { keepStores } from './store/kept/stores.ts';
import { saveProducts } from './store/saving.ts';
import { findNextPriceChange } from './store/search/next-price-change.ts';
import { createCatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { keeper, licence, openProcess, visitor } from './testing/stage.ts';

const ttlMs = 60_000;
const clock = () => new Date();

let log: ThrowAwayDatabase;
beforeAll(async () => {
  log = await throwAwayDatabase(inject('postgresUrl'), 'events');
});
afterAll(async () => {
  await log[Symbol.asyncDispose]();
});

/** As many processes of the house as are wanted, on one catalogue of thirty shirts. */
async function openShop(redis: OwnRedis | null) {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await throwAwayDatabase(inject('postgresUrl'), 'catalogue'));
  {
    await using importer = await openCatalogue(database.url, null);
    await importer.save(Array.from({ length: 30 }, (_, nth) => shirt(nth)));
  }
  const shop = opened.move();
  const open = async () => {
    const process = shop.use(await openCatalogue(database.url, redis));
    await isKept(process);
    await process.ask(searchWithFacets); // what searches count by is in memory from now on
    return process;
  };
  return Object.assign(shop, { open });
}

/** One process: it has nothing in common with others but the databases and Redis. */
async function openCatalogue(databaseUrl: string, redis: OwnRedis | null) {
  await using opened = new AsyncDisposableStack();
  const report = () => undefined;
  const { bell, streams, signal } = opened.use(
    openEvents({ source: 'catalogue', databaseUrl, eventsDatabaseUrl: log.url, report }),
  );
  const redisUrl = redis?.url ?? null;
  const cache = opened.use(
    await openCache({ redisUrl, bytesMax: 10_000_000, streams, signal, report }),
  );
  const { parts, pool, select, statements, transact } = opened.use(
    openProcess(databaseUrl, {
      bell,
      clock,
      committed: async (events) => {
        await cache.drop(events.flatMap(staleTags));
      },
    }),
  );
  const nextPriceChange = (after: Date) => findNextPriceChange(select, after);
  const subgraph = createCatalogueSubgraph(
    parts,
    keepStores(parts, { cache, ttlMs, clock, nextPriceChange }),
  );
  const graph = asking(() => subgraph);
  const ask = (source: string, caller = visitor, variables = {}) =>
    graph.ask(source, variables, caller);
  const process = {
    ask,
    statements,
    save: async (records: readonly ProductRecord[]) => {
      await transact(async (tx, append) => {
        const author = { actor: keeper.id, now: clock() };
        for (const saved of await saveProducts(tx, records, author)) {
          append(productSaved(saved, author.actor));
        }
      });
    },
    forget: async () => {
      const { rows } = await pool.query<{ id: string }>('select id from product');
      await cache.drop([changes, categoriesTag, ...rows.map(({ id }) => formatId('prd', id))]);
    },
    /** The statements that the database was asked for meanwhile, without their shapes, in the alphabet's order. */
    during: async (work: () => Promise<unknown>) => {
      statements.length = 0;
      await work();
      return statements.map((name) => name.replace(/:.*/, '')).toSorted();
    },
  };
  return Object.assign(opened.move(), process);
}

/** Waits until what was asked for is there when it is asked for again: Redis may not be used yet. */
async function isKept({ ask, during }: Awaited<ReturnType<typeof openCatalogue>>): Promise<void> {
  const any = `{ product(slug: "shirt-28") { id } }`;
  const asked = async () => {
    await ask(any);
    expect(await during(() => ask(any))).toEqual([]);
  };
  await vi.waitFor(asked, { timeout: 10_000 });
}

function shirt(nth: number, changes: Partial<ProductRecord> = {}): ProductRecord {
  const slug = `shirt-${nth}`;
  const sizes = ['S', 'M', 'L'];
  return licence(slug, {
    name: `Shirt ${nth}`,
    kind: 'PHYSICAL',
    brand: nth % 2 === 0 ? 'Even' : 'Odd',
    characteristics: [{ name: 'weight', label: 'Weight', value: 100 + nth, unit: 'g' }],
    options: [{ name: 'size', values: sizes }],
    variants: sizes.map((size) => ({
      sku: `${slug}:${size}`,
      name: `${slug} ${size}`,
      status: 'ACTIVE',
      selectedOptions: [{ name: 'size', value: size }],
      prices: [plainPrice({ amount: `${10 + nth}.00`, currency: 'USD' }, null)],
    })),
    ...changes,
  });
}

const productPage = `{
  product(slug: "shirt-3") {
    id name description characteristics { name value } options { name values }
    categories { name }
    priceRange { min { amount } max { amount } }
    variants(first: 20) { totalCount nodes { sku selectedOptions { value } prices { id } price { unitPrice { amount } } } }
  }
}`;
const list = `{
  products(first: 20, sort: NAME) {
    nodes { slug name priceRange { min { amount } } variants(first: 5) { nodes { sku price { unitPrice { amount } } } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const searchWithFacets = `{
  products(
    query: "shirt", first: 20
    filter: { price: { currency: "USD", max: "30" }, characteristics: [{ name: "weight", min: 105 }] }
    sort: PRICE_ASC
  ) { totalCount didYouMean nodes { slug } facets { name values { value count } min max } }
}`;
const suggestions = `{ productSuggestions(prefix: "shi", first: 5) { text product { slug } } }`;
const references = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on ProductVariant { sku name price { unitPrice { amount } } product { slug } } }
}`;
const skus = Array.from({ length: 30 }, (_, nth) => ({
  __typename: 'ProductVariant',
  sku: `shirt-${nth}:M`,
}));

/** What each asks of the database, once: whatever the length of its lists. */
const budgets = [
  {
    operation: productPage,
    variables: {},
    statements: [
      'categories-of-products',
      'characteristics',
      'count-variants',
      'prices',
      'prices-of-products',
      'product-options',
      'products-by-slug',
      'variant-pages',
    ],
  },
  {
    operation: list,
    variables: {},
    statements: ['next-price-change', 'prices', 'prices-of-products', 'products', 'variant-pages'],
  },
  {
    operation: searchWithFacets,
    variables: {},
    statements: [
      'next-price-change',
      'product-changes',
      'product-numbers',
      'products',
      'similar-terms',
    ],
  },
  {
    operation: suggestions,
    variables: {},
    statements: ['next-price-change', 'similar-terms', 'suggested-brands', 'suggested-products'],
  },
  {
    operation: references,
    variables: { of: skus },
    statements: ['prices', 'products-by-id', 'variants-by-sku'],
  },
];

const skipped = noRedis === null ? '' : ` (SKIPPED: ${noRedis})`;

describe.each([
  { where: 'in the process', isThere: true, openRedis: () => Promise.resolve(null) },
  { where: `in Redis${skipped}`, isThere: noRedis === null, openRedis: startRedis },
])('what is kept $where', ({ isThere, openRedis }) => {
  test.runIf(isThere)(
    'each operation has its statements when nothing is kept, and none after',
    async () => {
      await using redis = await openRedis();
      await using shop = await openShop(redis);
      const { ask, during, forget } = await shop.open();
      for (const { operation, variables, statements } of budgets) {
        await forget();
        const answers: unknown[] = [];
        const once = async () => answers.push(await ask(operation, visitor, variables));
        expect(await during(once)).toEqual(statements);
        expect(await during(once)).toEqual([]);
        expect(answers[1]).toEqual(answers[0]);
      }
    },
  );

  test.runIf(isThere)(
    'of a hundred who ask the same at once, one is answered by the database',
    async () => {
      await using redis = await openRedis();
      await using shop = await openShop(redis);
      const { ask, during, forget } = await shop.open();
      for (const { operation, variables, statements } of budgets) {
        await forget();
        const crowd = Array.from({ length: 100 }, () => visitor);
        const all = () => Promise.all(crowd.map((caller) => ask(operation, caller, variables)));
        expect(await during(all)).toEqual(statements);
      }
    },
  );

  test.runIf(isThere)(
    'a change is seen by who made it at once, and in every other process when that hears of it',
    async () => {
      await using redis = await openRedis();
      await using shop = await openShop(redis);
      const here = await shop.open();
      const there = await shop.open();
      const all = `{
      product(slug: "shirt-3") { name characteristics { value } }
      variant(sku: "shirt-3:M") { name price { unitPrice { amount } } }
      products(query: "shirt", filter: { slugs: ["shirt-3"] }) { nodes { name priceRange { max { amount } } } facets(names: ["weight"]) { max } }
    }`;
      for (const weight of [500, 600]) {
        await Promise.all([here.ask(all), there.ask(all)]);
        const [small, ...others] = shirt(3).variants;
        await here.save([
          shirt(3, {
            name: `Shirt of ${weight}`,
            characteristics: [{ name: 'weight', label: 'Weight', value: weight, unit: 'g' }],
            variants: [
              small!,
              ...others.map((variant) => ({
                ...variant,
                name: `of ${weight}`,
                prices: [plainPrice({ amount: `${weight}.00`, currency: 'USD' }, null)],
              })),
            ],
          }),
        ]);
        const expected = {
          product: { name: `Shirt of ${weight}`, characteristics: [{ value: `${weight} g` }] },
          variant: { name: `of ${weight}`, price: { unitPrice: { amount: `${weight}.00` } } },
          products: {
            nodes: [
              { name: `Shirt of ${weight}`, priceRange: { max: { amount: `${weight}.00` } } },
            ],
            facets: [{ max: weight }],
          },
        };
        expect(await here.ask(all)).toEqual(expected);
        await vi.waitFor(async () => {
          expect(await there.ask(all)).toEqual(expected);
        });
      }
    },
  );

  test.runIf(isThere)(
    'who keeps the catalogue sees it as it is, and shoppers see nothing of what only those may',
    async () => {
      await using redis = await openRedis();
      await using shop = await openShop(redis);
      const { ask, save, during } = await shop.open();
      const draft = `{
      product(slug: "shirt-99") { name }
      products(query: "shirt", filter: { slugs: ["shirt-99"] }) { totalCount nodes { name } }
    }`;
      const nothing = { product: null, products: { totalCount: 0, nodes: [] } };
      expect(await ask(draft)).toEqual(nothing);
      await save([shirt(99, { status: 'DRAFT' })]);
      const seen = {
        product: { name: 'Shirt 99' },
        products: { totalCount: 1, nodes: [{ name: 'Shirt 99' }] },
      };
      expect(await ask(draft, keeper)).toEqual(seen);
      expect(await ask(draft)).toEqual(nothing);
      expect(await during(() => ask(draft, keeper))).not.toEqual([]);
    },
  );

  test.runIf(isThere)('a price that begins is seen in searches when it does', async () => {
    await using redis = await openRedis();
    await using shop = await openShop(redis);
    const { ask, save } = await shop.open();
    const begins = new Date(clock().getTime() + 1_500);
    const [first] = shirt(3).variants;
    const low = { ...plainPrice({ amount: '1.00', currency: 'USD' }, null), validFrom: begins };
    await save([shirt(3, { variants: [{ ...first!, prices: [...first!.prices, low] }] })]);
    const cheapest = `{ products(first: 1, sort: PRICE_ASC) { nodes { slug } } }`;
    await vi.waitFor(
      async () => {
        expect(await ask(cheapest)).toEqual({ products: { nodes: [{ slug: 'shirt-3' }] } });
        expect(clock().getTime()).toBeGreaterThanOrEqual(begins.getTime());
      },
      { timeout: 10_000 },
    );
  });
});

test.runIf(noRedis === null)(
  `while Redis is down everything is answered, and seen as it is${skipped}`,
  async () => {
    await using redis = await startRedis();
    await using shop = await openShop(redis);
    const { ask, save, during } = await shop.open();
    const name = `{ product(slug: "shirt-3") { name } }`;
    await ask(name);
    await redis.kill();
    await save([shirt(3, { name: 'Other' })]);
    expect(await ask(name)).toEqual({ product: { name: 'Other' } });
    await redis.start();
    await vi.waitFor(
      async () => {
        await ask(name);
        expect(await during(() => ask(name))).toEqual([]);
      },
      { timeout: 10_000 },
    );
    expect(await ask(name)).toEqual({ product: { name: 'Other' } });
  },
);

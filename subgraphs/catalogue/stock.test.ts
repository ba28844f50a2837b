import type { CloudEvent } from '#events';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { followStock } from './actions/follow-stock.ts';
import { plainPrice } from './domain/price.ts';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { onEveryEngine } from './testing/engines.ts';
import { keeper, licence, openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask } = asking(() => subgraph);
onEveryEngine((engine) => {
  beforeAll(async () => {
    stage = await openStage(inject('postgresUrl'), engine);
    subgraph = createCatalogueSubgraph(stage.parts);
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    await stage.change('delete from price; delete from variant; delete from product');
    await stage.save([shirt]);
  });

  test('what nobody has stocked yet is not in stock', async () => {
    expect(await found('inStock: true')).toEqual([]);
    expect(await found('inStock: false')).toEqual(['shirt']);
    expect(await found('')).toEqual(['shirt']);
  });

  test('a blue shirt in M is in stock when that variant is, whatever else is', async () => {
    await hear({ sku: 'blue-s', version: 1 }, { sku: 'red-m', version: 1 });
    const blueInM = '{ name: "colour", in: ["blue"] }, { name: "size", in: ["M"] }';
    expect(await found('inStock: true')).toEqual(['shirt']);
    expect(await found(`inStock: true, options: [${blueInM}]`)).toEqual([]);
    expect(await found(`inStock: false, options: [${blueInM}]`)).toEqual(['shirt']);
    await hear({ sku: 'blue-m', version: 1 });
    expect(await found(`inStock: true, options: [${blueInM}]`)).toEqual(['shirt']);
  });

  test('price filters and price order look at what is in stock', async () => {
    await stage.save([licence('other', { variants: [variant('other', 'blue', 'S', '20.00')] })]);
    await hear({ sku: 'red-m', version: 1 }, { sku: 'other', version: 1 });
    expect(await found('inStock: true, price: { currency: "USD", max: "15.00" }')).toEqual([]);
    expect(await found('', 'PRICE_ASC')).toEqual(['shirt', 'other']);
    expect(await found('inStock: true', 'PRICE_ASC')).toEqual(['other', 'shirt']);
  });

  test.each(['IN_STOCK', 'LOW_STOCK', 'UNLIMITED'])('%s is in stock', async (status) => {
    await hear({ sku: 'red-m', version: 1, status });
    expect(await found('inStock: true')).toEqual(['shirt']);
  });

  test('the newest version counts, in whatever order and however often they are told', async () => {
    const version = fc.nat({ max: 5 });
    let told = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.array(fc.array(version, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        async (isThere, batches) => {
          const first = (told += 10); // newer than all of the run before
          for (const batch of batches) {
            const levels = batch.map((nth) => ({
              sku: 'red-m',
              version: first + nth,
              status: isThere[nth] ? 'IN_STOCK' : 'OUT_OF_STOCK',
            }));
            await hear(...levels);
          }
          const newest = Math.max(...batches.flat());
          expect(await found('inStock: true')).toEqual(isThere[newest] ? ['shirt'] : []);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a product that is saved anew keeps the stock of its variants', async () => {
    await hear({ sku: 'red-m', version: 1 });
    await stage.save([{ ...shirt, name: 'Another shirt' }]);
    expect(await found('inStock: true')).toEqual(['shirt']);
  });

  test('a product is told of when a variant comes into stock or runs out, and not when it is fewer', async () => {
    const turned = {
      type: 'product.stock_changed',
      actor: 'svc_provisioning',
      data: { slug: 'shirt' },
    };
    const all = [
      { sku: 'red-m', version: 1 },
      { sku: 'blue-m', version: 1 },
      { sku: 'unheard-of', version: 1 },
    ];
    expect(await hear(...all)).toMatchObject([{ ...turned, data: { skus: ['blue-m', 'red-m'] } }]);
    expect(await hear({ sku: 'red-m', version: 2, status: 'LOW_STOCK' })).toEqual([]);
    expect(await hear({ sku: 'red-m', version: 3, status: 'OUT_OF_STOCK' })).toMatchObject([
      turned,
    ]);
  });

  test('other news of provisioning changes nothing', async () => {
    expect(await apply(event({ type: 'request.started', data: {} }))).toEqual([]);
  });

  test.each([{}, { levels: [{ sku: 'red-m' }] }, { levels: [null] }])(
    'news that can not be read are refused: %j',
    async (data) => {
      await expect(apply(event({ type: 'availability.changed', data }))).rejects.toThrow(TypeError);
    },
  );

  test('stock that moves while its product is saved is not lost', async () => {
    const saves = Array.from({ length: 10 }, (_, n) =>
      stage.save([{ ...shirt, name: `Shirt ${n}` }]),
    );
    const news = Array.from({ length: 10 }, (_, n) =>
      hear(
        { sku: 'red-m', version: n + 1, status: n % 2 === 0 ? 'IN_STOCK' : 'OUT_OF_STOCK' },
        { sku: 'blue-m', version: n + 1, status: n % 2 === 0 ? 'OUT_OF_STOCK' : 'IN_STOCK' },
      ),
    );
    await Promise.all([...saves, ...news]);
    expect(await found('inStock: true, options: [{ name: "colour", in: ["red"] }]')).toEqual([]);
    expect(await found('inStock: true, options: [{ name: "colour", in: ["blue"] }]')).toEqual([
      'shirt',
    ]);
  });

  test('stock that moves while a category is moved is not lost', async () => {
    const shirts = await saveCategory({ slug: 'shirts' });
    const parentId = await saveCategory({ slug: 'clothes' });
    await stage.save([{ ...shirt, categoryIds: [shirts] }]);
    let moved: Promise<string> | undefined;
    await stage.transact(async (tx) => {
      await followStock(tx, [news({ sku: 'red-m', version: 1 })], () => undefined);
      moved = saveCategory({ id: shirts, slug: 'shirts', parentId });
      await expect.poll(countWaiting, { timeout: 30_000 }).toBe(1);
    });
    await moved;
    const facts = () => stage.pool.query('select facts, option_count from product');
    const { rows: followed } = await facts();
    await stage.change('select index_products(array(select id from product))');
    expect(followed).toEqual((await facts()).rows);
  });
});

const shirt = licence('shirt', {
  variants: [
    variant('blue-s', 'blue', 'S', '10.00'),
    variant('blue-m', 'blue', 'M', '10.00'),
    variant('red-m', 'red', 'M', '30.00'),
  ],
});

function variant(sku: string, colour: string, size: string, amount: string) {
  const selectedOptions = [
    { name: 'colour', value: colour },
    { name: 'size', value: size },
  ];
  const prices = [plainPrice({ amount, currency: 'USD' }, null)];
  return { sku, name: sku, status: 'ACTIVE' as const, selectedOptions, prices };
}

/** The slugs, by name or in another order. */
async function found(filter: string, sort = 'NAME'): Promise<string[]> {
  const { products } = (await ask(
    `{ products(filter: { ${filter} }, sort: ${sort}) { nodes { slug } totalCount } }`,
  )) as { products: { nodes: { slug: string }[]; totalCount: number } };
  expect(products.totalCount).toBe(products.nodes.length);
  return products.nodes.map(({ slug }) => slug);
}

async function saveCategory(category: {
  readonly slug: string;
  readonly id?: string;
  readonly parentId?: string;
}): Promise<string> {
  const { saveCategory: outcome } = await ask(
    `mutation ($input: CategoryInput!) {
      saveCategory(input: $input) { category { id } userErrors { code } }
    }`,
    { input: { ...category, name: category.slug } },
    keeper,
  );
  return (outcome as { category: { id: string } }).category.id;
}

interface Level {
  readonly sku: string;
  readonly version: number;
  readonly status?: string;
}

/** Hears from provisioning; answers with what the catalogue tells because of it. */
async function hear(...levels: readonly Level[]): Promise<unknown[]> {
  return await apply(news(...levels));
}

function news(...levels: readonly Level[]): CloudEvent {
  const data = { levels: levels.map((level) => ({ status: 'IN_STOCK', quantity: 10, ...level })) };
  return event({ type: 'availability.changed', data });
}

function event(told: Pick<CloudEvent, 'type' | 'data'>): CloudEvent {
  const fixed = { specversion: '1.0' as const, id: '1', source: 'provisioning', time: '' };
  return { ...fixed, actor: 'svc_provisioning', ...told };
}

/** How many wait for a lock that another holds. */
async function countWaiting(): Promise<number> {
  const { rows } = await stage.pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}

async function apply(told: CloudEvent): Promise<unknown[]> {
  return await stage.transact(async (tx) => {
    const events: unknown[] = [];
    await followStock(tx, [told], (own) => events.push(own));
    return events;
  });
}

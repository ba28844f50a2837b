import type { CloudEvent } from '#events';
import { graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { followStock } from './actions/follow-stock.ts';
import { plainPrice } from './domain/price.ts';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { licence, openStage, visitor, type Stage } from './testing/stage.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  subgraph = createCatalogueSubgraph(stage.parts);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await stage.pool.query('delete from price; delete from variant; delete from product');
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

test('the newest version counts, in whatever order and however often it is told', async () => {
  await hear({ sku: 'red-m', version: 2 });
  await hear({ sku: 'red-m', version: 4 });
  await hear({ sku: 'red-m', version: 3, status: 'OUT_OF_STOCK' });
  await hear({ sku: 'red-m', version: 2, status: 'OUT_OF_STOCK' });
  expect(await found('inStock: true')).toEqual(['shirt']);
  await hear({ sku: 'red-m', version: 5, status: 'OUT_OF_STOCK' });
  await hear({ sku: 'red-m', version: 5, status: 'OUT_OF_STOCK' });
  expect(await found('inStock: true')).toEqual([]);
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
  expect(await hear({ sku: 'red-m', version: 3, status: 'OUT_OF_STOCK' })).toMatchObject([turned]);
});

test('other news of provisioning changes nothing', async () => {
  expect(await apply({ type: 'request.started', data: {} })).toEqual([]);
});

test.each([{}, { levels: [{ sku: 'red-m' }] }, { levels: [null] }])(
  'news that can not be read are refused: %j',
  async (data) => {
    await expect(apply({ type: 'availability.changed', data })).rejects.toThrow(TypeError);
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
  const { data, errors } = await graphql({
    schema: subgraph.schema,
    contextValue: subgraph.contextFor(visitor),
    source: `{ products(filter: { ${filter} }, sort: ${sort}) { nodes { slug } totalCount } }`,
  });
  expect(errors).toBeUndefined();
  const { products } = data as { products: { nodes: { slug: string }[]; totalCount: number } };
  expect(products.totalCount).toBe(products.nodes.length);
  return products.nodes.map(({ slug }) => slug);
}

interface Level {
  readonly sku: string;
  readonly version: number;
  readonly status?: string;
}

/** Hears from provisioning; answers with what the catalogue tells because of it. */
async function hear(...levels: readonly Level[]): Promise<unknown[]> {
  const data = { levels: levels.map((level) => ({ status: 'IN_STOCK', quantity: 10, ...level })) };
  return await apply({ type: 'availability.changed', data });
}

async function apply(told: Pick<CloudEvent, 'type' | 'data'>): Promise<unknown[]> {
  const event = { specversion: '1.0' as const, id: '1', source: 'provisioning', time: '' };
  return await stage.transact(async (tx) => {
    const events: unknown[] = [];
    await followStock(tx, [{ ...event, actor: 'svc_orders', ...told }], (own) => events.push(own));
    return events;
  });
}

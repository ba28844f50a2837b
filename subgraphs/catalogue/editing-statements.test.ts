import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { editing, price } from './testing/editing.ts';
import { emptyCatalogue } from './testing/empty-catalogue.ts';
import { licence, openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask } = asking(() => subgraph);
const { create, update, change, made, categories } = editing(() => stage, ask);
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  subgraph = createCatalogueSubgraph(stage.parts);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await emptyCatalogue(stage.pool);
});

describe('what a change asks of the database', () => {
  const whole = [
    'products-by-id',
    'product-media',
    'product-translations',
    'product-relations',
    'bundle-items',
    'characteristics',
    'product-options',
    'categories-of-products',
    'variant-pages',
    'prices',
  ];

  test('is the product, its own row, what differs, the history and the event, however much it has', async () => {
    const variants = Array.from({ length: 50 }, (_, nth) => ({
      ...licence('x').variants[0]!,
      sku: `many:${nth}`,
    }));
    const id = await made('many', { variants });
    stage.statements.length = 0;
    await update({ id, description: 'Told.' });
    expect(stage.statements).toEqual([
      ...whole,
      'update product set',
      'insert into search_term',
      'insert into history.product_change',
      'insert into events.outbox',
      'products-by-id',
    ]);
    stage.statements.length = 0;
    await change('retireProduct(id: $id)', { id });
    expect(stage.statements).toEqual([
      ...whole,
      'update product set',
      'insert into history.product_change',
      'insert into events.outbox',
      'products-by-id',
    ]);
  });

  test('is for prices the variant and what searches read besides', async () => {
    await made('one');
    const { variant } = await ask(`{ variant(sku: "licence:one") { id } }`);
    stage.statements.length = 0;
    await change(
      'setPrices(variantId: $id, prices: $prices)',
      { id: (variant as { id: string }).id, prices: [price('50')] },
      'variant',
    );
    expect(stage.statements).toEqual([
      'variants-by-id',
      ...whole,
      'update product set',
      'insert into variant',
      'select id, sku',
      'with named as',
      'update variant set',
      'insert into search_term',
      'select index_products($1::uuid[])::text',
      'insert into history.product_change',
      'insert into events.outbox',
      'variants-by-id',
    ]);
  });

  test('is for a new product each of its parts once', async () => {
    const [category] = await categories('Any');
    stage.statements.length = 0;
    await create({
      ...{ slug: 'new', name: 'New', kind: 'DIGITAL', categoryIds: [category] },
      variants: Array.from({ length: 20 }, (_, nth) => ({
        sku: `new:${nth}`,
        prices: [price('1')],
      })),
    });
    expect(stage.statements).toHaveLength(18);
  });
});

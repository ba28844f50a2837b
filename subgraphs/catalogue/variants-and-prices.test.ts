import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { editing, price } from './testing/editing.ts';
import { emptyCatalogue } from './testing/empty-catalogue.ts';
import { keeper, openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask } = asking(() => subgraph);
const { change, made, seen, events } = editing(() => stage, ask);
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

describe('variants', () => {
  const save = (productId: string, variants: object[], expectedVersion?: number) =>
    change('saveVariants(productId: $id, variants: $variants, expectedVersion: $version)', {
      id: productId,
      variants,
      version: expectedVersion,
    });

  test('are added, or changed by SKU; others stay, and so does what is left out', async () => {
    const id = await made('shirt');
    const size = (value: string) => [{ name: 'size', value }];
    await save(id, [
      { sku: 'shirt-s', name: 'Small', options: size('S'), prices: [price('5')] },
      { sku: 'shirt-m', options: size('M') },
    ]);
    await save(
      id,
      [
        { sku: 'shirt-s', status: 'RETIRED' },
        { sku: 'shirt-m', prices: [price('6')] },
      ],
      2,
    );
    expect((await seen('shirt', keeper))['product']).toMatchObject({
      options: [{ name: 'size', values: ['S', 'M'] }],
      variants: {
        nodes: [
          { sku: 'licence:shirt', name: 'shirt', status: 'ACTIVE' },
          { sku: 'shirt-m', name: 'shirt-m', prices: [{ unitPrice: { amount: '6' } }] },
          {
            sku: 'shirt-s',
            name: 'Small',
            status: 'RETIRED',
            prices: [{ unitPrice: { amount: '5' } }],
          },
        ],
      },
    });
    expect((await seen('shirt'))['product']).toMatchObject({
      variants: { nodes: [{ sku: 'licence:shirt' }, { sku: 'shirt-m' }] },
    });
    expect(await events()).toMatchObject([
      { data: { skus: ['shirt-s', 'shirt-m'] } },
      { data: { skus: ['shirt-m', 'shirt-s'] } },
    ]);
  });

  test('of another product, of no product, or of an older version are refused', async () => {
    await made('other');
    const id = await made('shirt');
    expect(await save(id, [{ sku: 'licence:other' }])).toMatchObject({
      userErrors: [{ code: 'SKU_TAKEN', field: ['variants', '0', 'sku'] }],
    });
    expect(await save('prd_1', [{ sku: 'a' }])).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', field: ['productId'] }],
    });
    expect(await save(id, [{ sku: 'a' }], 7)).toMatchObject({ userErrors: [{ code: 'STALE' }] });
  });

  test('with the same new SKU for two products at once: one has it', async () => {
    const [left, right] = [await made('left'), await made('right')];
    const outcomes = await Promise.all([
      save(left, [{ sku: 'wanted' }]),
      save(right, [{ sku: 'wanted' }]),
    ]);
    const refused = outcomes.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(refused).toEqual(['SKU_TAKEN']);
  });
});

describe('prices', () => {
  const set = (variantId: string, prices: object[], expectedVersion?: number) =>
    change(
      'setPrices(variantId: $id, prices: $prices, expectedVersion: $version)',
      { id: variantId, prices, version: expectedVersion },
      'variant',
    );

  test('are replaced with all their decimals; lists by price follow at once', async () => {
    await made('cheap');
    await made('dear');
    const { variant } = await ask(`{ variant(sku: "licence:cheap") { id version } }`);
    const { id, version } = variant as { id: string; version: number };
    const outcome = await set(
      id,
      [price('99.004200'), price('0.1', {}, { currency: 'EUR' })],
      version,
    );
    expect(outcome).toMatchObject({ variant: { version: version + 1 }, userErrors: [] });
    expect(
      await ask(`{
        variant(sku: "licence:cheap") { prices { unitPrice { amount currency } } price { unitPrice { amount } } }
        products(sort: PRICE_ASC) { nodes { slug } }
      }`),
    ).toMatchObject({
      variant: {
        prices: [
          { unitPrice: { amount: '0.1', currency: 'EUR' } },
          { unitPrice: { amount: '99.004200', currency: 'USD' } },
        ],
        price: { unitPrice: { amount: '99.004200' } },
      },
      products: { nodes: [{ slug: 'dear' }, { slug: 'cheap' }] },
    });
    expect(await set(id, [], version)).toMatchObject({
      variant: null,
      userErrors: [{ code: 'STALE', field: ['expectedVersion'] }],
    });
    expect(await set(id, [price('-1')])).toMatchObject({
      userErrors: [{ code: 'INVALID_PRICE', field: ['prices', '0', 'unitPrice', 'amount'] }],
    });
    expect(await set('var_1', [])).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', field: ['variantId'] }],
    });
  });
});

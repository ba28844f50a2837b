import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { createMutation, editing, price } from './testing/editing.ts';
import { emptyCatalogue } from './testing/empty-catalogue.ts';
import { keeper, licence, openStage, visitor, type Stage } from './testing/stage.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask, run } = asking(() => subgraph);
const { create, change, categories, seen, events } = editing(() => stage, ask);
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

describe('a new product', () => {
  test('is a draft that customers see, and find, once it is published', async () => {
    const [category] = await categories('Mugs');
    const created = await create({
      slug: 'blue-mug',
      name: 'Blue mug',
      description: 'Holds tea.',
      kind: 'PHYSICAL',
      brand: 'Potter',
      categoryIds: [category],
      characteristics: [
        { name: 'volume', label: 'Volume', type: 'NUMBER', number: 330, unit: 'ml' },
        { name: 'glaze', value: 'matt' },
        { name: 'dishwasher', type: 'BOOLEAN', value: 'true' },
      ],
      configurationFields: [
        { name: 'engraving', label: 'Engraving', required: false, schema: { type: 'string' } },
      ],
      variants: [
        {
          sku: 'mug-blue-s',
          options: [{ name: 'size', value: 'S' }],
          prices: [price('9.500'), price('9.00', { minQuantity: 10 })],
        },
        { sku: 'mug-blue-m', name: 'The big one', options: [{ name: 'size', value: 'M' }] },
      ],
    });
    expect(created).toEqual({ product: { id: created.product!.id, version: 1 }, userErrors: [] });
    const { id } = created.product!;
    expect(await seen('blue-mug', visitor)).toEqual({ product: null, products: { nodes: [] } });
    expect(await seen('blue-mug', keeper)).toMatchObject({ product: { status: 'DRAFT' } });

    expect(await change('publishProduct(id: $id)', { id })).toMatchObject({
      product: { version: 2 },
    });
    expect(await seen('blue-mug', visitor)).toEqual({
      product: {
        name: 'Blue mug',
        description: 'Holds tea.',
        status: 'ACTIVE',
        brand: 'Potter',
        categories: [{ name: 'Mugs' }],
        options: [{ name: 'size', values: ['S', 'M'] }],
        characteristics: [
          { name: 'volume', label: 'Volume', value: '330 ml' },
          { name: 'glaze', label: 'glaze', value: 'matt' },
          { name: 'dishwasher', label: 'dishwasher', value: 'true' },
        ],
        configurationFields: [{ name: 'engraving', schema: { type: 'string' } }],
        variants: {
          nodes: [
            { sku: 'mug-blue-m', name: 'The big one', status: 'ACTIVE', prices: [] },
            {
              sku: 'mug-blue-s',
              name: 'mug-blue-s',
              status: 'ACTIVE',
              prices: [{ unitPrice: { amount: '9.500' } }, { unitPrice: { amount: '9.00' } }],
            },
          ],
        },
      },
      products: { nodes: [{ slug: 'blue-mug' }] },
    });
    expect(await events()).toMatchObject([
      { type: 'category.saved' },
      { type: 'product.saved', actor: 'usr_keeper', data: { skus: ['mug-blue-s', 'mug-blue-m'] } },
      { type: 'product.saved', data: { productId: id, slug: 'blue-mug', skus: [] } },
    ]);
  });

  test.each([
    ['a slug with capitals', { slug: 'Mug' }, 'INVALID_SLUG', ['slug']],
    ['the slug of another', { slug: 'taken' }, 'SLUG_TAKEN', ['slug']],
    ['no name', { name: '' }, 'INVALID_NAME', ['name']],
    ['U+0000', { description: 'a\0' }, 'INVALID_TEXT', ['description']],
    ['half a character', { brand: '\ud800' }, 'INVALID_TEXT', ['brand']],
    [
      'a category that there is not',
      { categoryIds: ['cat_1'] },
      'UNKNOWN_CATEGORY',
      ['categoryIds', '0'],
    ],
    [
      'a characteristic twice',
      {
        characteristics: [
          { name: 'a', value: 'b' },
          { name: 'a', value: 'c' },
        ],
      },
      'DUPLICATE',
      ['characteristics', '1', 'name'],
    ],
    [
      'a number without its number',
      { characteristics: [{ name: 'a', type: 'NUMBER', value: '1' }] },
      'INVALID_CHARACTERISTIC',
      ['characteristics', '0', 'number'],
    ],
    [
      'a value too long',
      { characteristics: [{ name: 'a', value: 'é'.repeat(401) }] },
      'INVALID_CHARACTERISTIC',
      ['characteristics', '0', 'value'],
    ],
    [
      'neither true nor false',
      { characteristics: [{ name: 'a', type: 'BOOLEAN', value: 'yes' }] },
      'INVALID_CHARACTERISTIC',
      ['characteristics', '0', 'value'],
    ],
    [
      'a schema of no such type',
      {
        configurationFields: [{ name: 'a', label: 'A', required: true, schema: { type: 'text' } }],
      },
      'INVALID_SCHEMA',
      ['configurationFields', '0', 'schema'],
    ],
    [
      'a schema that refers elsewhere',
      {
        configurationFields: [
          { name: 'a', label: 'A', required: true, schema: { $ref: 'https://example.com/a' } },
        ],
      },
      'INVALID_SCHEMA',
      ['configurationFields', '0', 'schema'],
    ],
    [
      'a schema that is a list',
      { configurationFields: [{ name: 'a', label: 'A', required: true, schema: [] }] },
      'INVALID_SCHEMA',
      ['configurationFields', '0', 'schema'],
    ],
    [
      'a SKU twice',
      { variants: [{ sku: 'a' }, { sku: 'a' }] },
      'DUPLICATE',
      ['variants', '1', 'sku'],
    ],
    [
      "another product's SKU",
      { variants: [{ sku: 'free' }, { sku: 'licence:taken' }] },
      'SKU_TAKEN',
      ['variants', '1', 'sku'],
    ],
    ...[
      ['a negative price', { amount: '-0.01' }, {}, ['unitPrice', 'amount']],
      ['no period', {}, { kind: 'RECURRING' }, ['period']],
      ['a period of what is paid once', {}, { period: 'MONTH' }, ['period']],
      ['a unit of what is not metered', {}, { unit: 'GB' }, ['unit']],
      ['a tier from nothing', {}, { minQuantity: 0 }, ['minQuantity']],
      [
        'a price that ends before it begins',
        {},
        { validFrom: '2026-12-02T00:00:00Z', validUntil: '2026-12-01T00:00:00Z' },
        ['validUntil'],
      ],
    ].map(([what, money, changes, field]) => [
      what,
      { variants: [{ sku: 'a', prices: [price('1', changes as object, money as object)] }] },
      'INVALID_PRICE',
      ['variants', '0', 'prices', '0', ...(field as string[])],
    ]),
    [
      'a currency that is none',
      { variants: [{ sku: 'a', prices: [price('1', {}, { currency: 'XYZ' })] }] },
      'UNKNOWN_CURRENCY',
      ['variants', '0', 'prices', '0', 'unitPrice', 'currency'],
    ],
    [
      'two prices for the same',
      { variants: [{ sku: 'a', prices: [price('1'), price('2')] }] },
      'INVALID_PRICE',
      ['variants', '0', 'prices', '1'],
    ],
  ] as [string, object, string, string[]][])(
    'with %s is refused, and nothing is kept',
    async (_what, input, code, field) => {
      await stage.save([licence('taken')]);
      const outcome = await create({ slug: 'new', name: 'New', kind: 'DIGITAL', ...input });
      expect(outcome).toMatchObject({ product: null, userErrors: [{ code, field }] });
      const { rows } = await stage.pool.query('select slug from product');
      expect(rows).toEqual([{ slug: 'taken' }]);
    },
  );

  test('may have the longest names and values that there can be, whatever the letters', async () => {
    const long = '\ufdfa'.repeat(255);
    const values = ['𝄞'.repeat(200), '𝄢'.repeat(200)];
    const outcome = await create({
      ...{ slug: 'x'.repeat(255), name: long, kind: 'DIGITAL', brand: long, description: long },
      characteristics: [{ name: '𝄞'.repeat(127), type: 'LIST', values }],
      variants: [{ sku: long, options: [{ name: long, value: long }] }],
      translations: [{ locale: 'ar', name: long }],
    });
    expect(outcome).toMatchObject({ product: { version: 1 } });
  });

  test('with a price of NaN is no input at all, and the message names where', async () => {
    const { errors } = await run(
      createMutation,
      {
        input: {
          ...{ slug: 'new', name: 'New', kind: 'DIGITAL' },
          variants: [{ sku: 'a', prices: [price('NaN')] }],
        },
      },
      keeper,
    );
    expect(errors?.[0]?.message).toContain('input.variants[0].prices[0].unitPrice.amount');
  });
});

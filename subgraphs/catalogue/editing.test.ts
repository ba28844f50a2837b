import { graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { keeper, licence, noon, openStage, visitor, type Stage } from './testing/stage.ts';
import { takeEvents } from './testing/take-events.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask, run } = asking(() => subgraph);
const events = () => takeEvents(stage.pool);
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  subgraph = createCatalogueSubgraph(stage.parts);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await stage.pool.query(
    `delete from price; delete from variant; delete from product; delete from category;
     delete from events.outbox`,
  );
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

describe('an update', () => {
  test('changes what it names, and null clears', async () => {
    const id = await made('editor', {
      brand: 'Inkwell',
      characteristics: [{ name: 'seats', label: 'Seats', value: 5, unit: null }],
    });
    await update({ id, name: 'New name', description: null });
    expect((await seen('editor'))['product']).toMatchObject({
      ...{ name: 'New name', description: '', brand: 'Inkwell' },
      characteristics: [{ name: 'seats' }],
    });
    await update({ id, brand: null, characteristics: null, description: 'Told.' });
    expect((await seen('editor'))['product']).toMatchObject({
      ...{ name: 'New name', description: 'Told.', brand: null },
      characteristics: [],
      variants: { nodes: [{ sku: 'licence:editor', prices: [{}] }] },
    });
  });

  test('is found, and no longer found, at once', async () => {
    const [from, to] = await categories('From', 'To');
    const id = await made('editor', { name: 'Quill', categoryIds: [String(from)] });
    await update({ id, name: 'Nib', categoryIds: [to, to], brand: 'Inkwell' });
    const found = async (filter: object, query: string | null = null) => {
      const { products } = await ask(
        `query ($filter: ProductFilter, $query: String) { products(filter: $filter, query: $query) { totalCount } }`,
        { filter, query },
      );
      return (products as { totalCount: number }).totalCount;
    };
    expect(await found({}, 'quill')).toBe(0);
    expect(await found({}, 'nib')).toBe(1);
    expect(await found({ categoryId: from })).toBe(0);
    expect(await found({ categoryId: to })).toBe(1);
    expect(await found({ brands: ['Inkwell'] })).toBe(1);
  });

  test('that changes nothing leaves no trace', async () => {
    const id = await made('editor');
    const before = await seen('editor');
    expect(await update({ id, name: 'Licence editor' })).toMatchObject({ product: { version: 1 } });
    expect(await change('publishProduct(id: $id)', { id })).toMatchObject({
      product: { version: 1 },
    });
    expect(await seen('editor')).toEqual(before);
    expect(await events()).toEqual([]);
  });

  test('of what somebody else has changed since is refused, and tells the version that it has', async () => {
    const id = await made('editor');
    await update({ id, name: 'First', expectedVersion: 1 });
    const outcome = await update({ id, name: 'Second', expectedVersion: 1 });
    expect(outcome).toMatchObject({
      product: null,
      userErrors: [{ code: 'STALE', field: ['expectedVersion'] }],
    });
    expect(outcome.userErrors[0]!.message).toContain('version 2');
    for (const mutation of ['publishProduct', 'retireProduct']) {
      expect(await change(`${mutation}(id: $id, expectedVersion: 1)`, { id })).toMatchObject({
        userErrors: [{ code: 'STALE' }],
      });
    }
  });

  test('of ten editors who saw the same version: one wins; without a version, all land', async () => {
    const id = await made('editor');
    const names = Array.from({ length: 10 }, (_, nth) => `Name ${nth}`);
    const outcomes = await Promise.all(
      names.map((name) => update({ id, name, expectedVersion: 1 })),
    );
    const refused = outcomes.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(refused).toEqual(Array(9).fill('STALE'));
    const brands = ['a', 'b', 'c'];
    await Promise.all(brands.map((brand) => update({ id, brand })));
    expect(await update({ id, description: 'Last.' })).toMatchObject({ product: { version: 6 } });
  });

  test.each([
    ['no name', { name: null }, 'INVALID_NAME', ['name']],
    ['no such product', { id: 'prd_1' }, 'NOT_FOUND', ['id']],
    ['no such category', { categoryIds: ['cat_1'] }, 'UNKNOWN_CATEGORY', ['categoryIds', '0']],
  ])('with %s is refused', async (_what, input, code, field) => {
    const id = await made('editor');
    expect(await update({ id, ...input })).toMatchObject({
      product: null,
      userErrors: [{ code, field }],
    });
  });

  test('stays when the file that the product came from is imported again', async () => {
    const id = await made('editor');
    await update({ id, name: 'Edited' });
    await stage.save([licence('editor')]);
    expect((await seen('editor'))['product']).toMatchObject({ name: 'Edited' });
  });
});

describe('of a product', () => {
  const shown = async (slug: string, caller = visitor) => {
    const { product } = await ask(
      `query ($slug: String) {
        product(slug: $slug) {
          characteristics { name type value values }
          media { id url alt kind }
          relations { kind product { slug } }
          accessories: relations(kinds: [ACCESSORY]) { product { slug } }
          bundleItems { id group quantity minQuantity maxQuantity variant { sku } }
        }
      }`,
      { slug },
      caller,
    );
    return product;
  };

  test('lists of values are shown, filtered and counted by each of them', async () => {
    const id = await made('shirt');
    const characteristics = [{ name: 'care', type: 'LIST', values: ['wash', 'iron', 'wash'] }];
    await update({ id, characteristics });
    expect(await shown('shirt')).toMatchObject({
      characteristics: [
        { name: 'care', type: 'LIST', value: 'wash, iron', values: ['wash', 'iron'] },
      ],
    });
    expect(
      await ask(`{
        products(query: "iron", filter: { characteristics: [{ name: "care", in: ["iron"] }] }) {
          nodes { slug } facets(names: ["care"]) { values { value count } }
        }
      }`),
    ).toEqual({
      products: {
        nodes: [{ slug: 'shirt' }],
        facets: [
          {
            values: [
              { value: 'iron', count: 1 },
              { value: 'wash', count: 1 },
            ],
          },
        ],
      },
    });
    const none = [{ name: 'care', type: 'LIST', values: [] }];
    expect(await update({ id, characteristics: none })).toMatchObject({
      userErrors: [{ code: 'INVALID_CHARACTERISTIC', field: ['characteristics', '0', 'values'] }],
    });
  });

  test('media keep their ids while they stay', async () => {
    const id = await made('shirt');
    const url = 'https://example.com/shirt.jpg';
    await update({ id, media: [{ url, alt: 'A shirt' }] });
    const before = (await shown('shirt')) as { media: { id: string }[] };
    expect(before).toMatchObject({ media: [{ url, alt: 'A shirt', kind: 'IMAGE' }] });
    const film = { url: 'https://example.com/shirt.mp4', kind: 'VIDEO' };
    await update({ id, media: [film, { url }] });
    expect(await shown('shirt')).toMatchObject({
      media: [
        { ...film, alt: null },
        { id: before.media[0]!.id, url, alt: null },
      ],
    });
    expect(await update({ id, media: [{ url }, { url }] })).toMatchObject({
      userErrors: [{ code: 'DUPLICATE', field: ['media', '1', 'url'] }],
    });
    const { errors } = await run(
      `mutation { updateProduct(input: { id: "${id}", media: [{ url: "javascript:alert(1)" }] }) { product { id } } }`,
      {},
      keeper,
    );
    expect(errors?.[0]?.message).toContain('web address');
  });

  test('the name is in the language that is nearest to what is asked for, and found in each', async () => {
    const id = await made('shirt', { name: 'Shirt', description: 'Blue.' });
    await update({
      id,
      translations: [
        { locale: 'de', name: 'Hemd', description: 'Blau.' },
        { locale: 'pt-BR', name: 'Camisa' },
      ],
    });
    const { product, products } = await ask(`{
      product(slug: "shirt") {
        name
        de: name(locale: "de-AT") deText: description(locale: "de-AT")
        pt: name(locale: "pt") ptText: description(locale: "pt")
        fr: name(locale: "fr")
      }
      products(query: "camisa") { nodes { slug } }
    }`);
    expect(product).toEqual({
      name: 'Shirt',
      ...{ de: 'Hemd', deText: 'Blau.', pt: 'Camisa', ptText: 'Blue.', fr: 'Shirt' },
    });
    expect(products).toEqual({ nodes: [{ slug: 'shirt' }] });
    const german = await graphql({
      schema: subgraph.schema,
      source: '{ product(slug: "shirt") { name fr: name(locale: "fr") description } }',
      contextValue: subgraph.contextFor(visitor, 'fr, de-CH;q=0.9, pt;q=0.1'),
    });
    expect(german.data?.['product']).toEqual({ name: 'Hemd', fr: 'Shirt', description: 'Blau.' });
    await stage.save([licence('shirt', { name: 'Better shirt' })]);
    expect(
      await ask(
        `{ product(slug: "shirt") { name de: name(locale: "de") } products(query: "hemd") { totalCount } }`,
      ),
    ).toEqual({ product: { name: 'Better shirt', de: 'Hemd' }, products: { totalCount: 1 } });
    const twice = [
      { locale: 'de', name: 'a' },
      { locale: 'DE', name: 'b' },
    ];
    expect(await update({ id, translations: twice })).toMatchObject({
      userErrors: [{ code: 'DUPLICATE', field: ['translations', '1', 'locale'] }],
    });
  });

  test('relations lead to others that the caller may see', async () => {
    const [id, cable, draft] = [
      await made('machine'),
      await made('cable'),
      await made('adapter', { status: 'DRAFT' }),
    ];
    const relations = [
      { kind: 'ACCESSORY', productId: draft },
      { kind: 'REQUIRES', productId: cable },
      { kind: 'ACCESSORY', productId: cable },
    ];
    await update({ id, relations });
    expect(await shown('machine')).toMatchObject({
      relations: [
        { kind: 'REQUIRES', product: { slug: 'cable' } },
        { kind: 'ACCESSORY', product: { slug: 'cable' } },
      ],
      accessories: [{ product: { slug: 'cable' } }],
    });
    expect(await shown('machine', keeper)).toMatchObject({ relations: [{}, {}, {}] });
    for (const productId of [id, 'prd_1']) {
      const refused = await update({ id, relations: [{ kind: 'EXCLUDES', productId }] });
      expect(refused).toMatchObject({
        userErrors: [{ code: 'UNKNOWN_PRODUCT', field: ['relations', '0', 'productId'] }],
      });
    }
    await update({ id, relations: null });
    expect(await shown('machine')).toMatchObject({ relations: [] });
  });

  test('a bundle has items that there are, and none of a bundle', async () => {
    await made('screw');
    await made('nut');
    const created = await create({
      ...{ slug: 'box', name: 'Box', kind: 'BUNDLE' },
      variants: [{ sku: 'box' }],
      bundleItems: [
        { sku: 'licence:screw', quantity: 10 },
        { sku: 'licence:nut', group: 'nuts', quantity: 2 },
      ],
    });
    const { id } = created.product!;
    expect(await shown('box', keeper)).toMatchObject({
      bundleItems: [
        {
          group: null,
          quantity: 10,
          minQuantity: 10,
          maxQuantity: 10,
          variant: { sku: 'licence:screw' },
        },
        {
          group: 'nuts',
          quantity: 2,
          minQuantity: 0,
          maxQuantity: 2,
          variant: { sku: 'licence:nut' },
        },
      ],
    });
    const screw = await stage.parts.products.findProductsBySlug(keeper, ['screw']);
    const item = { sku: 'licence:nut' };
    for (const [input, code, field] of [
      [{ id, bundleItems: [{ sku: 'gone' }] }, 'UNKNOWN_SKU', ['0', 'sku']],
      [{ id, bundleItems: [item, { sku: 'box' }] }, 'BUNDLE_IN_BUNDLE', ['1', 'sku']],
      [{ id, bundleItems: [item, item] }, 'DUPLICATE', ['1', 'sku']],
      [{ id, bundleItems: [{ ...item, quantity: 0 }] }, 'INVALID_QUANTITY', ['0', 'quantity']],
      [
        { id, bundleItems: [{ ...item, minQuantity: 3, maxQuantity: 2 }] },
        'INVALID_QUANTITY',
        ['0', 'maxQuantity'],
      ],
      [{ id: screw[0]!.id, bundleItems: [item] }, 'NOT_A_BUNDLE', []],
    ] as const) {
      const outcome = await update(input);
      expect(outcome).toMatchObject({ userErrors: [{ code, field: ['bundleItems', ...field] }] });
    }
  });
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

test('a retired product is gone for customers, and can be put on sale again', async () => {
  const id = await made('old');
  await change('retireProduct(id: $id)', { id });
  expect(await seen('old')).toEqual({ product: null, products: { nodes: [] } });
  expect(await seen('old', keeper)).toMatchObject({ product: { status: 'RETIRED' } });
  await change('publishProduct(id: $id)', { id });
  expect(await seen('old')).toMatchObject({ product: { status: 'ACTIVE' } });
});

describe('the history of a product', () => {
  const changesOf = async (slug: string, first = 100, caller = keeper) => {
    const { product } = await ask(
      `query ($slug: String, $first: Int) {
        product(slug: $slug) {
          changes(first: $first) { nodes { id at actor version before after } pageInfo { hasNextPage } }
        }
      }`,
      { slug, first },
      caller,
    );
    return (product as { changes: { nodes: unknown[] } }).changes;
  };

  test('tells who changed what and when, newest first, and of variants only those that differ', async () => {
    const id = await made('editor');
    await update({ id, name: 'Nib', brand: 'Inkwell' });
    const { variant } = await ask(`{ variant(sku: "licence:editor") { id } }`);
    await change('saveVariants(productId: $id, variants: $variants)', {
      id,
      variants: [{ sku: 'other' }],
    });
    await change(
      'setPrices(variantId: $id, prices: $prices)',
      { id: (variant as { id: string }).id, prices: [price('50')] },
      'variant',
    );
    const { nodes } = await changesOf('editor');
    expect(nodes).toMatchObject([
      {
        version: 4,
        before: {
          variants: { 'licence:editor': { prices: [{ unitPrice: { amount: '49.00' } }] } },
        },
        after: { variants: { 'licence:editor': { prices: [{ unitPrice: { amount: '50' } }] } } },
      },
      {
        version: 3,
        before: { variants: {} },
        after: { variants: { other: { status: 'ACTIVE' } } },
      },
      {
        ...{ version: 2, actor: 'usr_keeper', at: noon.toISOString() },
        before: { name: 'Licence editor', brand: null },
        after: { name: 'Nib', brand: 'Inkwell' },
      },
      { version: 1, before: null, after: { slug: 'editor', name: 'Licence editor' } },
    ]);
    expect(nodes[2]).toHaveProperty('id', expect.stringMatching(/^chg_/));
    expect((nodes[0] as { after: { variants: object } }).after).toEqual({
      variants: { 'licence:editor': expect.anything() as unknown },
    });
  });

  test('has what imports change, with who started them, and nothing where they change nothing', async () => {
    await made('editor');
    await stage.save([licence('editor')]);
    await stage.save([licence('editor', { description: 'Anew.', status: 'RETIRED' })]);
    expect((await changesOf('editor')).nodes).toMatchObject([
      {
        ...{ version: 2, actor: 'usr_keeper' },
        before: { description: 'For one person, for ever.' },
        after: { description: 'Anew.' },
      },
      { version: 1, before: null },
    ]);
    const [newest] = (await changesOf('editor')).nodes as { after: object }[];
    expect(Object.keys(newest!.after)).toEqual(['description']);
  });

  test('comes in pages, of many products at once by one statement, and to nobody else', async () => {
    for (const slug of ['a', 'b', 'c']) {
      const id = await made(slug);
      for (const name of ['x', 'y', 'z']) await update({ id, name });
    }
    const seenVersions: number[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { product } = await ask(
        `query ($after: String) { product(slug: "a") { changes(first: 3, after: $after) {
          nodes { version } pageInfo { hasNextPage endCursor }
        } } }`,
        { after },
        keeper,
      );
      const { nodes, pageInfo } = (product as { changes: ChangesPage }).changes;
      seenVersions.push(...nodes.map(({ version }) => version));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(seenVersions).toEqual([4, 3, 2, 1]);
    stage.statements.length = 0;
    await ask(`{ products { nodes { changes(first: 2) { nodes { version } } } } }`, {}, keeper);
    expect(stage.statements).toEqual(['products:NAME:all', 'change-pages']);
    expect((await changesOf('a', 100, visitor)).nodes).toEqual([]);
  });

  test('is only ever added to', async () => {
    await made('editor');
    for (const attempt of [
      'delete from history.product_change',
      'update history.product_change set actor = $$nobody$$',
    ]) {
      await expect(stage.pool.query(attempt)).rejects.toThrow('permission denied');
    }
  });
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

test.each([
  'createProduct(input: { slug: "x", name: "X", kind: DIGITAL }) { userErrors { code } }',
  'updateProduct(input: { id: "prd_1" }) { userErrors { code } }',
  'publishProduct(id: "prd_1") { userErrors { code } }',
  'retireProduct(id: "prd_1") { userErrors { code } }',
  'saveVariants(productId: "prd_1", variants: []) { userErrors { code } }',
  'setPrices(variantId: "var_1", prices: []) { userErrors { code } }',
])('%s is for those who keep the catalogue', async (mutation) => {
  const { errors } = await run(`mutation { ${mutation} }`, {}, visitor);
  expect(errors?.[0]).toMatchObject({ originalError: { code: 'FORBIDDEN' } });
});

interface ChangesPage {
  readonly nodes: { readonly version: number }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Outcome {
  readonly product: { readonly id: string; readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const createMutation = `mutation ($input: CreateProductInput!) {
  outcome: createProduct(input: $input) { product { id version } userErrors { code message field } }
}`;

async function create(input: object): Promise<Outcome> {
  const { outcome } = await ask(createMutation, { input }, keeper);
  return outcome as Outcome;
}

async function update(input: object): Promise<Outcome> {
  const { outcome } = await ask(
    `mutation ($input: UpdateProductInput!) {
      outcome: updateProduct(input: $input) { product { id version } userErrors { code message field } }
    }`,
    { input },
    keeper,
  );
  return outcome as Outcome;
}

const types: Readonly<Record<string, string>> = {
  id: 'ID!',
  variants: '[VariantInput!]!',
  prices: '[PriceInput!]!',
  version: 'Int',
};

async function change(
  mutation: string,
  variables: Record<string, unknown>,
  answer = 'product',
): Promise<Outcome> {
  const declared = Object.keys(variables).map((name) => `$${name}: ${types[name] ?? ''}`);
  const { outcome } = await ask(
    `mutation (${declared.join(', ')}) {
      outcome: ${mutation} { ${answer} { id version } userErrors { code message field } }
    }`,
    variables,
    keeper,
  );
  return outcome as Outcome;
}

/** Saves a licence as an import does, and gives its id. */
async function made(slug: string, changes: Parameters<typeof licence>[1] = {}): Promise<string> {
  const [saved] = await stage.save([licence(slug, changes)]);
  return saved!.id;
}

async function categories(...names: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const { outcome } = await ask(
      `mutation ($input: CategoryInput!) { outcome: saveCategory(input: $input) { category { id } } }`,
      { input: { slug: name.toLowerCase(), name } },
      keeper,
    );
    ids.push((outcome as { category: { id: string } }).category.id);
  }
  return ids;
}

function price(amount: string, changes: object = {}, money: object = {}) {
  return { kind: 'ONE_TIME', unitPrice: { amount, currency: 'USD', ...money }, ...changes };
}

async function seen(slug: string, caller = visitor) {
  return await ask(
    `query ($slug: String, $slugs: [String!]) {
      product(slug: $slug) {
        name description status brand
        categories { name }
        options { name values }
        characteristics { name label value }
        configurationFields { name schema }
        variants { nodes { sku name status prices { unitPrice { amount } } } }
      }
      products(filter: { slugs: $slugs }) { nodes { slug } }
    }`,
    { slug, slugs: [slug] },
    caller,
  );
}

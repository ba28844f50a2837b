import { unansweredFields } from '#graphql';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { saveMachines } from './testing/save-machines.ts';
import { keeper, licence, noon, openStage, visitor, type Stage } from './testing/stage.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask, run } = asking(() => subgraph);
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  subgraph = createCatalogueSubgraph(stage.parts);
  await saveMachines(stage);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test('every field of the contract is answered', async () => {
  const [product] = await stage.parts.products.findProductsBySlug(visitor, ['aws-m7i-large']);
  const [variant] = await stage.parts.variants.findVariantsBySku(visitor, [
    'aws:m7i.large:us-east-1',
  ]);
  const [prices] = await stage.parts.prices.findPrices([variant!]);
  const [characteristics] = await stage.parts.products.findCharacteristics([String(product?.id)]);
  const [options] = await stage.parts.products.findOptions([String(product?.id)]);
  const input = { format: 'JSON_LINES', source: 'a file', dryRun: false } as const;
  const importId = await stage.parts.imports.openImport(keeper.id, input);
  const [imported] = await stage.parts.imports.findImports(keeper, [importId]);
  const [category] = await stage.parts.categories.findRoots();
  const changesAsked = { productId: String(product?.id), after: null, limit: 1 };
  const [[change] = []] = await stage.parts.history.findChangePages(keeper, [changesAsked]);
  const edge = { node: product, cursor: '' };
  const page = { edges: [], nodes: [], pageInfo: {} };
  expect(
    unansweredFields(subgraph.schema, {
      Product: product,
      ProductVariant: variant,
      Price: prices?.[0],
      Money: prices?.[0]?.unitPrice,
      PriceRange: { min: 0, max: 0, kind: 0, period: 0, periodCount: 0 },
      Characteristic: characteristics?.[0],
      ProductOption: options?.[0],
      SelectedOption: variant?.selectedOptions[0],
      ConfigurationField: product?.configurationFields[0],
      ProductConnection: page,
      ProductEdge: { ...edge, score: 1 },
      ProductVariantConnection: page,
      ProductVariantEdge: edge,
      ProductSuggestion: { text: 0, product: 0 },
      Category: category,
      Media: { id: 0, url: 0, alt: 0, kind: 0 },
      BundleItem: { id: 0, group: 0, quantity: 0, minQuantity: 0, maxQuantity: 0 },
      ProductRelation: { kind: 0 },
      ProductPayload: { product, userErrors: [] },
      VariantPayload: { variant, userErrors: [] },
      ProductChange: change,
      ProductUpdate: { cursor: 0, at: 0, productId: 0, product: 0 },
      ProductChangeConnection: page,
      ProductChangeEdge: edge,
      CategoryPayload: { category, userErrors: [] },
      Facet: { name: 0, label: 0, values: 0, min: 0, max: 0 },
      FacetValue: { value: 0, label: 0, count: 0, selected: 0 },
      UserError: { code: 0, message: 0, field: 0 },
      CatalogueImport: imported,
      CatalogueImportPayload: { import: imported, userErrors: [] },
      CatalogueImportConnection: page,
      CatalogueImportEdge: edge,
      ImportProblem: { row: 0, field: 0, code: 0, message: 0 },
      ImportProblemConnection: page,
      ImportProblemEdge: edge,
      PageInfo: { hasNextPage: 0, hasPreviousPage: 0, startCursor: 0, endCursor: 0 },
    }),
  ).toEqual([]);
});

test('a product is read with its characteristics, configuration, variants and prices', async () => {
  const { product } = await ask(`{
    product(slug: "aws-m7i-large") {
      id slug name brand kind status version createdAt
      provisioningTemplateKey
      options { name }
      characteristics { name label type value values number unit }
      configurationFields { name required schema }
      priceRange { min { amount currency } max { amount } kind period periodCount }
      variants(filter: { options: [{ name: "region", in: ["us-east-1", "nowhere"] }] }) {
        totalCount
        nodes {
          sku name status version
          selectedOptions { name value }
          prices { kind unitPrice { amount currency } period periodCount minQuantity }
          price { unitPrice { amount currency } }
          inYuan: price(currency: "CNY") { id }
          product { slug }
        }
      }
    }
  }`);
  expect(product).toMatchObject({
    slug: 'aws-m7i-large',
    name: 'Amazon EC2 m7i.large',
    kind: 'SERVICE',
    status: 'ACTIVE',
    version: 1,
    createdAt: noon.toISOString(),
    provisioningTemplateKey: 'cloud-machine',
    options: [{ name: 'region' }],
    priceRange: { min: { currency: 'USD' }, kind: 'RECURRING', period: 'HOUR', periodCount: 1 },
    configurationFields: [
      { name: 'hostname', required: false, schema: { maxLength: 63 } },
      { name: 'image', required: false, schema: { default: 'amazon-linux-2023' } },
    ],
    variants: {
      totalCount: 1,
      nodes: [
        {
          sku: 'aws:m7i.large:us-east-1',
          selectedOptions: [{ name: 'region', value: 'us-east-1' }],
          prices: [
            {
              kind: 'RECURRING',
              unitPrice: { amount: '0.100800', currency: 'USD' },
              period: 'HOUR',
              periodCount: 1,
              minQuantity: 1,
            },
          ],
          price: { unitPrice: { amount: '0.100800', currency: 'USD' } },
          inYuan: null,
          product: { slug: 'aws-m7i-large' },
        },
      ],
    },
  });
  expect(product).toHaveProperty('id', expect.stringMatching(/^prd_/));
  expect(product).toHaveProperty(
    'characteristics',
    expect.arrayContaining([
      {
        name: 'memory_mib',
        label: 'Memory',
        type: 'NUMBER',
        value: '8192 MiB',
        values: ['8192 MiB'],
        number: 8192,
        unit: 'MiB',
      },
      expect.objectContaining({ name: 'architecture', type: 'TEXT', value: 'amd64', number: null }),
      expect.objectContaining({ name: 'encryption_in_transit', type: 'BOOLEAN', value: 'true' }),
    ]),
  );
});

test('a list asks the store once for each kind of thing that it shows', async () => {
  await ask(`{ products { totalCount } }`); // what is counted by is in memory from now on
  stage.statements.length = 0;
  await ask(`{
    products(first: 20) {
      totalCount
      nodes {
        name
        options { name values }
        characteristics { name value }
        media { url }
        french: name(locale: "fr") german: description(locale: "de")
        relations { kind product { slug } }
        bundleItems { variant { sku } }
        categories { name parent { name } path { name } children { name } }
        priceRange { min { amount } }
        variants(first: 3) {
          totalCount
          nodes { sku prices { id } price { unitPrice { amount } } product { slug } }
        }
      }
    }
  }`);
  expect(stage.statements.toSorted()).toEqual([
    'bundle-items',
    'categories-by-id',
    'categories-of-products',
    'category-paths',
    'characteristics',
    'child-categories',
    'count-variants',
    'prices',
    'prices-of-products',
    'product-changes',
    'product-media',
    'product-options',
    'product-relations',
    'product-translations',
    'products:NAME:all',
    'variant-pages',
  ]);
});

test('a list of references asks the store once for each key, and comes back in its own order', async () => {
  const { products } = await ask(`{ products(first: 2) { nodes { id slug } } }`);
  const [first, second] = (products as { nodes: { id: string; slug: string }[] }).nodes;
  const sku = 'aws:m7i.large:us-east-1';
  stage.statements.length = 0;
  const { _entities: entities } = await ask(
    `query ($of: [_Any!]!) {
      _entities(representations: $of) {
        ... on Product { slug }
        ... on ProductVariant { sku price { unitPrice { amount } } }
      }
    }`,
    {
      of: [
        { __typename: 'Product', slug: second?.slug },
        { __typename: 'ProductVariant', sku: 'gone' },
        { __typename: 'Product', id: first?.id },
        { __typename: 'ProductVariant', sku },
        { __typename: 'Product', id: 'usr_00000000000000000000000000' },
        { __typename: 'ProductVariant', sku },
      ],
    },
  );
  const variant = { sku, price: { unitPrice: { amount: '0.100800' } } };
  expect(entities).toEqual([
    { slug: second?.slug },
    null,
    { slug: first?.slug },
    variant,
    null,
    variant,
  ]);
  expect(stage.statements.toSorted()).toEqual([
    'prices',
    'products-by-id',
    'products-by-slug',
    'variants-by-sku',
  ]);
});

test('the pages of a list hold every product once, by name', async () => {
  const slugs: string[] = [];
  let after: string | null = null;
  do {
    const { products } = (await ask(
      `query ($after: String) {
        products(first: 100, after: $after) {
          nodes { slug } pageInfo { hasNextPage endCursor }
        }
      }`,
      { after },
    )) as { products: Page };
    slugs.push(...products.nodes.map(({ slug }) => slug));
    after = products.pageInfo.hasNextPage ? products.pageInfo.endCursor : null;
  } while (after !== null);
  expect(slugs).toHaveLength(1363);
  expect(new Set(slugs).size).toBe(1363);
  expect(slugs.indexOf('aws-m7i-2xlarge')).toBeLessThan(slugs.indexOf('aws-m7i-12xlarge'));
});

test("the pages of a product's variants hold every variant once, by SKU", async () => {
  const variants = `variants(first: 10, after: $after) {
    totalCount nodes { sku } pageInfo { hasNextPage endCursor }
  }`;
  const skus: string[] = [];
  let after: string | null = null;
  let total = 0;
  do {
    const { product } = (await ask(
      `query ($after: String) { product(slug: "aws-m5-large") { ${variants} } }`,
      { after },
    )) as { product: { variants: { totalCount: number; nodes: { sku: string }[] } & Page } };
    skus.push(...product.variants.nodes.map(({ sku }) => sku));
    total = product.variants.totalCount;
    const { hasNextPage, endCursor } = product.variants.pageInfo;
    after = hasNextPage ? endCursor : null;
  } while (after !== null);
  expect(skus).toEqual(skus.toSorted());
  expect(skus).toHaveLength(total);
  expect(skus).toContain('aws:m5.large:cn-north-1');
});

test('a draft, and a retired variant, are for those who keep the catalogue', async () => {
  const [variant] = licence('sold').variants;
  const retired = { ...variant, sku: 'licence:retired', status: 'RETIRED' };
  await stage.save([
    licence('draft', { status: 'DRAFT' }),
    licence('sold', { variants: [variant, retired] as never }),
  ]);
  const source = `{
    draft: product(slug: "draft") { slug }
    draftVariant: variant(sku: "licence:draft") { sku }
    retiredVariant: variant(sku: "licence:retired") { sku product { slug } }
    sold: product(slug: "sold") { variants { totalCount nodes { sku } } }
  }`;
  expect(await ask(source)).toEqual({
    draft: null,
    draftVariant: null,
    retiredVariant: null,
    sold: { variants: { totalCount: 1, nodes: [{ sku: 'licence:sold' }] } },
  });
  expect(await ask(source, {}, keeper)).toEqual({
    draft: { slug: 'draft' },
    draftVariant: { sku: 'licence:draft' },
    retiredVariant: { sku: 'licence:retired', product: { slug: 'sold' } },
    sold: {
      variants: { totalCount: 2, nodes: [{ sku: 'licence:retired' }, { sku: 'licence:sold' }] },
    },
  });
});

test.each([
  ['{ products(first: 101) { nodes { id } } }', '`first`'],
  ['{ products(first: 0) { nodes { id } } }', '`first`'],
  ['{ products(after: "nonsense") { nodes { id } } }', '`after`'],
  [`{ products(after: "${cursorOf('products/NAME [1]')}") { nodes { id } } }`, '`after`'],
  ['{ products(first: 100000) { nodes { id } } }', '`first` from 1 to 100'],
  ['{ products(last: 100000) { nodes { id } } }', '`last` from 1 to 100'],
  ['{ products(first: 2, before: "x") { nodes { id } } }', '`before`'],
  [
    filtered('characteristics: [{ name: "vcpus", min: 8 }]'),
    '`filter.characteristics.0.name`: no product has the characteristic vcpus; did you mean vcpu?',
  ],
  [
    filtered('characteristics: [{ name: "colour", in: ["red"] }]'),
    'no product has the characteristic colour; take it from `facets`',
  ],
  [filtered('characteristics: [{ name: "vcpu" }]'), '`filter.characteristics.0`'],
  [
    filtered('characteristics: [{ name: "vcpu", min: 8, max: 4 }]'),
    '`filter.characteristics.0.min` no more than',
  ],
  [
    filtered('characteristics: [{ name: "architecture", min: 8 }]'),
    'architecture is no number; filter it by `in`',
  ],
  [
    filtered('options: [{ name: "regoin", in: ["eu-west-1"] }]'),
    '`filter.options.0.name`: no product has the option regoin; did you mean region?',
  ],
  [
    filtered('price: { currency: "XYZ", max: "1" }'),
    '`filter.price.currency`: XYZ is no currency of ISO 4217',
  ],
  [filtered('price: { currency: "USD", min: "2", max: "1.99" }'), '`filter.price.min`'],
  ['{ productSuggestions(prefix: "m7i", first: 101) { text } }', '`first`'],
  [`{ productSuggestions(prefix: "${'x'.repeat(201)}") { text } }`, '`prefix`'],
  [filtered(`brands: [${'"x",'.repeat(501)}]`), '`filter.brands` at most 500'],
  [`{ products(query: "${'x'.repeat(201)}") { nodes { id } } }`, '`query`'],
  ['{ product { id } }', '`id` or `slug`'],
  ['{ product(id: "prd_1", slug: "x") { id } }', '`id` or `slug`'],
  ['{ variant { id } }', '`id` or `sku`'],
  ['{ variant(sku: "aws:m7i.large:us-east-1") { price(quantity: 0) { id } } }', '`quantity`'],
  [
    '{ product(slug: "aws-m7i-large") { priceRange(currency: "XYZ") { kind } } }',
    '`currency`: XYZ',
  ],
  [
    '{ variant(sku: "aws:m7i.large:us-east-1") { price(currency: "XYZ") { id } } }',
    '`currency`: XYZ',
  ],
  ['{ variant(sku: "a\\u0000") { id } }', 'U+0000'],
])('%s is refused by name', async (source, named) => {
  const { errors } = await run(source, {}, visitor);
  expect(errors).toHaveLength(1);
  expect(errors?.[0]).toMatchObject({ originalError: { code: 'BAD_USER_INPUT' } });
  expect(errors?.[0]?.message).toContain(named);
});

test.each(['prd_1', 'usr_00000000000000000000000000', 'x'])(
  'no product has the id %s',
  async (id) => {
    expect(await ask(`query ($id: ID) { product(id: $id) { slug } }`, { id })).toEqual({
      product: null,
    });
  },
);

interface Page {
  readonly nodes: { readonly slug: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

function filtered(filter: string): string {
  return `{ products(filter: { ${filter} }) { nodes { id } } }`;
}

function cursorOf(text: string): string {
  return Buffer.from(text).toString('base64url');
}

import { graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { editing } from './testing/editing.ts';
import { emptyCatalogue } from './testing/empty-catalogue.ts';
import { keeper, licence, openStage, visitor, type Stage } from './testing/stage.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask, run } = asking(() => subgraph);
const { create, update, made } = editing(() => stage, ask);
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

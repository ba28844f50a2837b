import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { ProductRecord } from '../domain/product-record.ts';
import { productSearch } from '../domain/search.ts';
import { keeper, licence, noon, openStage, visitor, type Stage } from '../testing/stage.ts';
import { SkuTaken } from './saving-variants.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});
let slug: string;
let nth = 0;
beforeEach(() => {
  slug = `product-${(nth += 1)}`;
});

const later = new Date('2026-11-26T12:00:00Z');

test('a new product has version 1, its parts in their order, and the time', async () => {
  const record = licence(slug, {
    characteristics: [
      { name: 'seats', label: 'Seats', value: 1.5, unit: 'people' },
      { name: 'edition', label: 'Edition', value: 'home', unit: null },
      { name: 'offline', label: 'Works offline', value: false, unit: null },
    ],
    options: [
      { name: 'term', values: ['ever', 'year'] },
      { name: 'colour', values: [] },
    ],
    configurationFields: [
      { name: 'holder', label: 'Holder', required: true, schema: { type: 'string' } },
    ],
  });
  const [saved] = await stage.save([record]);
  expect(saved).toEqual({ id: saved?.id, slug, skus: [`licence:${slug}`] });

  const product = await read();
  const { name, description, kind, status, brand } = record;
  const { provisioningTemplateKey, configurationFields } = record;
  const { characteristics, options, variants } = record;
  expect(product).toEqual({
    ...{ slug, name, description, kind, status, brand },
    ...{ provisioningTemplateKey, configurationFields },
    id: saved?.id,
    version: 1,
    createdAt: noon,
    updatedAt: noon,
  });
  expect(await stage.parts.products.findCharacteristics([product.id])).toEqual([characteristics]);
  expect(await stage.parts.products.findOptions([product.id])).toMatchObject([options]);
  expect((await whole()).variants).toMatchObject(variants.map(({ sku, name }) => ({ sku, name })));
});

test('the record that a product was saved from changes nothing', async () => {
  await stage.save([licence(slug)]);
  const before = await whole();
  expect(await stage.save([licence(slug)], later)).toEqual([]);
  expect(await whole()).toEqual(before);
});

test('another record changes what it says otherwise, and nothing besides', async () => {
  await stage.save([licence(slug, { variants: [variant('a', '1.0'), variant('b', '2.0')] })]);
  const before = await whole();
  const record = licence(slug, {
    name: 'Renamed',
    status: 'DRAFT',
    variants: [variant('a', '1.0'), variant('b', '2.5'), variant('c', '3.0')],
  });
  expect(await stage.save([record], later)).toHaveLength(1);

  const after = await whole();
  expect(after.product).toEqual({
    ...before.product,
    name: 'Renamed',
    version: 2,
    updatedAt: later,
  });
  const [a, b, c] = after.variants;
  expect(a).toEqual(before.variants[0]);
  expect(b).toEqual({ ...before.variants[1], version: 2 });
  expect(c).toMatchObject({ sku: `${slug}:c`, version: 1 });
  expect(after.prices[0]).toEqual(before.prices[0]);
  expect(after.prices[1]).toMatchObject([{ unitPrice: { amount: '2.5', currency: 'USD' } }]);
  expect(after.prices[1]?.[0]?.id).not.toBe(before.prices[1]?.[0]?.id);
});

test('a variant that a record no longer names stays, with its prices', async () => {
  await stage.save([licence(slug, { variants: [variant('a', '1.0'), variant('b', '2.0')] })]);
  const before = await whole();
  await stage.save([licence(slug, { variants: [variant('a', '1.0')] })]);
  expect(await whole()).toMatchObject({ variants: before.variants, prices: before.prices });
});

test('prices keep all their decimals', async () => {
  const amounts = ['0.000000250', '12345678901234567890.10', '0'];
  const variants = amounts.map((amount) => variant(amount, amount));
  await stage.save([licence(slug, { variants })]);
  const { prices } = await whole();
  expect(new Set(prices.flat().map(({ unitPrice }) => unitPrice.amount))).toEqual(new Set(amounts));
});

test("another product's SKU is refused, and nothing of its batch is kept", async () => {
  await stage.save([licence(slug)]);
  const thief = licence(`${slug}-thief`, licenceWithSku(`licence:${slug}`));
  await expect(stage.save([licence(`${slug}-other`), thief])).rejects.toThrow(SkuTaken);
  expect(
    await stage.parts.products.findProductsBySlug(keeper, [`${slug}-other`, `${slug}-thief`]),
  ).toEqual([]);
});

test('two who save the same at once save it once', async () => {
  const records = ['x', 'y', 'z'].map((letter) => licence(`${slug}-${letter}`));
  const saved = await Promise.all([stage.save(records), stage.save(records.toReversed())]);
  expect(saved.map((products) => products.length).toSorted()).toEqual([0, 3]);
});

test.each(['DRAFT', 'RETIRED'] as const)(
  'a %s product is for those who keep the catalogue, and so are its variants',
  async (status) => {
    await stage.save([licence(slug, { status })]);
    const { products, variants, search } = stage.parts;
    const asked = productSearch({ query: slug }, 'USD');
    for (const [caller, found] of [
      [keeper, 1],
      [visitor, 0],
    ] as const) {
      expect(await products.findProductsBySlug(caller, [slug])).toHaveLength(found);
      expect(await variants.findVariantsBySku(caller, [`licence:${slug}`])).toHaveLength(found);
      expect(await search.search(caller, asked).count()).toBe(found);
    }
  },
);

async function read() {
  const [product] = await stage.parts.products.findProductsBySlug(keeper, [slug]);
  if (product === undefined) throw new Error(`no product ${slug}`);
  return product;
}

async function whole() {
  const product = await read();
  const page = { productId: product.id, skus: null, options: [], after: null, limit: 100 };
  const [variants = []] = await stage.parts.variants.findVariantPages(keeper, [page]);
  const prices = await stage.parts.prices.findPrices(variants);
  return { product, variants, prices };
}

function variant(name: string, amount: string): ProductRecord['variants'][number] {
  const [only] = licence(slug).variants;
  if (only === undefined) throw new Error('a licence has a variant');
  const unitPrice = { amount, currency: 'USD' };
  const prices = only.prices.map((price) => ({ ...price, unitPrice }));
  return { ...only, sku: `${slug}:${name}`, name, prices };
}

function licenceWithSku(sku: string): Pick<ProductRecord, 'variants'> {
  return { variants: licence(slug).variants.map((variant) => ({ ...variant, sku })) };
}

import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { editing } from './testing/editing.ts';
import { emptyCatalogue } from './testing/empty-catalogue.ts';
import { keeper, licence, openStage, visitor, type Stage } from './testing/stage.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask, run } = asking(() => subgraph);
const { update, change, made, categories, seen, events } = editing(() => stage, ask);
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

test('a retired product is gone for customers, and can be put on sale again', async () => {
  const id = await made('old');
  await change('retireProduct(id: $id)', { id });
  expect(await seen('old')).toEqual({ product: null, products: { nodes: [] } });
  expect(await seen('old', keeper)).toMatchObject({ product: { status: 'RETIRED' } });
  await change('publishProduct(id: $id)', { id });
  expect(await seen('old')).toMatchObject({ product: { status: 'ACTIVE' } });
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

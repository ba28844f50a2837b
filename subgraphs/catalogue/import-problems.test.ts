import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph } from './subgraph.ts';
import { openImportStage, startMutation, type ImportStage } from './testing/import-stage.ts';
import { cup, importing, mug, shopifyHeader } from './testing/importing.ts';

let stage: ImportStage;
const { put, product } = importing(() => stage);
beforeAll(async () => {
  stage = await openImportStage(inject('postgresUrl'), createCatalogueSubgraph);
  // Whose SKU another product will ask for.
  await stage.run(
    'SHOPIFY_CSV',
    put('/mug.csv', shopifyHeader, mug('Colour,Blue,mug-blue,9.50,true')),
  );
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

describe('what is wrong is told with its row and its field, and the rest lands:', () => {
  const good = cup('good', 'good-1');

  test.each<[string, readonly (string | Buffer)[], object]>([
    [
      'a price of NaN',
      [cup('nan', 'nan-1', 'NaN')],
      { row: 2, field: 'Variant Price', code: 'NOT_A_NUMBER' },
    ],
    ['a negative price', [cup('minus', 'minus-1', '-1')], { row: 2, code: 'NOT_A_NUMBER' }],
    ['no price', [cup('free', 'free-1', '')], { row: 2, field: 'Variant Price', code: 'EMPTY' }],
    ['a bad handle', [cup('No Slug', 'slug-1')], { row: 2, field: 'Handle', code: 'BAD_SLUG' }],
    [
      'Latin-1',
      [Buffer.from('latin,Caf\u00e9,,,,true,Title,Default Title,l-1,1,true', 'latin1')],
      { row: 2, field: 'Title', code: 'NOT_UTF8' },
    ],
    ['a NUL', [cup('nul', 'n\0ul')], { row: 2, field: 'Variant SKU', code: 'NOT_UTF8' }],
    ['too few cells', ['few,Few'], { row: 2, field: 'Body (HTML)', code: 'WRONG_CELL_COUNT' }],
    [
      'a broken quote',
      ['broken,"Bro"ken",,,,true,Title,Default Title,b-1,1,true'],
      { row: 2, field: 'Title', code: 'BAD_QUOTES' },
    ],
    [
      'an unknown status',
      ['mug2,Mug,,,,maybe,Title,Default Title,m,1,true'],
      { field: 'Published' },
    ],
    [
      "another product's SKU",
      [cup('thief', 'mug-blue')],
      { row: 2, field: 'Variant SKU', code: 'SKU_TAKEN' },
    ],
  ])('%s', async (_what, rows, problem) => {
    const parts = [shopifyHeader, ...rows, good].flatMap((row) => [Buffer.from(row), '\n']);
    stage.host.files.set('/bad.csv', Buffer.concat(parts.map((part) => Buffer.from(part))));
    expect(await stage.run('SHOPIFY_CSV', '/bad.csv')).toMatchObject({
      ...{ status: 'SUCCEEDED', rowsTotal: 2, rowsDone: 2, rowsFailed: 1 },
      problems: { nodes: [problem] },
    });
    expect(await product('good')).not.toBeNull();
  });

  test.each([
    ['SHOPIFY_CSV', shopifyHeader, 'long,Long,"', '",,,true,Title,Default Title,,1,true', good, 2],
    [
      'JSON_LINES',
      '',
      '{"slug":"long","Body (HTML)":"',
      '"}',
      JSON.stringify({ slug: 'good', name: 'Good', kind: 'DIGITAL' }),
      2,
    ],
  ])('a row of 50 MB in %s', async (format, first, before, after, last, row) => {
    stage.host.files.set('/long', (_request, response) => {
      void (async () => {
        const chunk = Buffer.alloc(1_000_000, 'x');
        response.write(`${first}\n${before}`);
        for (let n = 0; n < 50; n++) {
          if (!response.write(chunk)) await new Promise((free) => response.once('drain', free));
        }
        response.end(`${after}\n${last}\n`);
        await finished(response);
      })();
    });
    expect(await stage.run(format, '/long')).toMatchObject({
      ...{ status: 'SUCCEEDED', rowsTotal: 2, rowsDone: 2, rowsFailed: 1 },
      problems: { nodes: [{ row, field: 'Body (HTML)', code: 'ROW_TOO_LONG' }] },
    });
  });

  const line = (changes: object) =>
    JSON.stringify({ slug: 'bad', name: 'Bad', kind: 'DIGITAL', ...changes });
  const priced = (price: object) =>
    line({ variants: [{ sku: 'bad-1', prices: [{ kind: 'ONE_TIME', ...price }] }] });
  test.each([
    ['{"slug": "bad", "weight": NaN}', { field: 'weight', code: 'NOT_A_NUMBER' }],
    ['{"slug": "bad", "name": }', { field: 'name', code: 'NOT_JSON' }],
    ['[]', { field: '(line)', code: 'WRONG_TYPE' }],
    [line({ colour: 'red' }), { field: 'colour', code: 'UNKNOWN_FIELD' }],
    [line({ kind: 'GHOST' }), { field: 'kind', code: 'UNKNOWN_VALUE' }],
    [line({ name: 'half \ud800' }), { field: 'name', code: 'NOT_UTF8' }],
    [line({ name: 'n'.repeat(300) }), { field: 'name', code: 'TOO_LONG' }],
    [
      priced({ unitPrice: { amount: 'NaN', currency: 'USD' } }),
      { field: 'variants.0.prices.0.unitPrice.amount', code: 'NOT_A_NUMBER' },
    ],
    [
      priced({ unitPrice: { amount: '1', currency: 'euro' } }),
      { field: 'variants.0.prices.0.unitPrice.currency', code: 'UNKNOWN_CURRENCY' },
    ],
    [
      line({ variants: [{ sku: 'a' }, { sku: 'a' }] }),
      { field: 'variants.1.sku', code: 'DUPLICATE' },
    ],
    [
      line({ characteristics: [{ name: 'care', value: 'v'.repeat(401) }] }),
      { field: 'characteristics.0.value', code: 'TOO_LONG' },
    ],
    [
      line({
        characteristics: [{ name: 'care', type: 'LIST', values: ['wash', 'v'.repeat(401)] }],
      }),
      { field: 'characteristics.0.values.1', code: 'TOO_LONG' },
    ],
    [line({ brand: 'b'.repeat(256) }), { field: 'brand', code: 'TOO_LONG' }],
    [
      priced({ unitPrice: { amount: '1', currency: 'XYZ' } }),
      { field: 'variants.0.prices.0.unitPrice.currency', code: 'UNKNOWN_CURRENCY' },
    ],
    [
      line({
        configurationFields: [{ name: 'a', label: 'A', required: true, schema: { type: 'text' } }],
      }),
      { field: 'configurationFields.0.schema', code: 'INVALID_SCHEMA' },
    ],
    [line({ categories: [[]] }), { field: 'categories.0', code: 'EMPTY' }],
    [line({ categories: [['Books', '!']] }), { field: 'categories.0.1', code: 'BAD_SLUG' }],
  ])('the line %.40s', async (bad, problem) => {
    const path = put('/bad.jsonl', bad, line({ slug: 'fine' }));
    expect(await stage.run('JSON_LINES', path)).toMatchObject({
      ...{ status: 'SUCCEEDED', rowsDone: 2, rowsFailed: 1 },
      problems: { nodes: [{ row: 1, ...problem }] },
    });
  });

  test('a first row that is wrong takes those below it along', async () => {
    const path = put('/first.csv', shopifyHeader, 'first,,,,,true,,,,1,true', 'first,,,,,,,,,2,');
    expect(await stage.run('SHOPIFY_CSV', path)).toMatchObject({
      rowsFailed: 2,
      problems: {
        nodes: [
          { row: 2, field: 'Title', code: 'EMPTY' },
          { row: 3, field: 'Handle', code: 'PRODUCT_REFUSED' },
        ],
      },
    });
  });
});

describe('a source', () => {
  test.each([
    ['file:///etc/passwd'],
    ['https://elsewhere.example/products.csv'],
    ['http://user:secret@files.example/products.csv'],
    ['nothing'],
  ])('%s is refused at once', async (source) => {
    const { outcome } = await stage.ask(startMutation, { input: { format: 'JSON_LINES', source } });
    expect(outcome).toMatchObject({
      import: null,
      userErrors: [{ code: 'SOURCE_REFUSED', field: ['input', 'source'] }],
    });
  });

  test('that is not there, or has no such columns, fails the import', async () => {
    expect(await stage.run('JSON_LINES', '/nothing')).toMatchObject({
      ...{ status: 'FAILED', rowsDone: 0, rowsFailed: 0 },
      problems: { nodes: [{ row: 0, field: 'source', code: 'SOURCE_UNAVAILABLE' }] },
    });
    expect(await stage.run('SHOPIFY_CSV', put('/x.csv', 'Handle;Title', 'x;X'))).toMatchObject({
      status: 'FAILED',
      problems: { nodes: [{ row: 1, field: 'Handle', code: 'MISSING_COLUMN' }] },
    });
  });

  test('that breaks off fails the import; what it had said has landed', async () => {
    stage.host.files.set('/broken.csv', (_request, response) => {
      response.write(`${shopifyHeader}\n${cup('before', 'before-1')}\n`, () => {
        response.destroy();
      });
    });
    expect(await stage.run('SHOPIFY_CSV', '/broken.csv')).toMatchObject({
      ...{ status: 'FAILED', rowsTotal: 1, rowsDone: 1 },
      problems: { nodes: [{ row: 0, field: 'source', code: 'SOURCE_UNAVAILABLE' }] },
    });
    expect(await product('before')).not.toBeNull();
  });
});

import { createReadStream } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph } from './subgraph.ts';
import { openImportStage, startMutation, type ImportStage } from './testing/import-stage.ts';
import { cup, importing, mug, shopifyHeader } from './testing/importing.ts';
import { dataFolder, visitor } from './testing/stage.ts';

let stage: ImportStage;
const { put, product } = importing(() => stage);
beforeAll(async () => {
  stage = await openImportStage(inject('postgresUrl'), createCatalogueSubgraph);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

describe('an import', () => {
  test('of Shopify makes a product of the rows with its handle', async () => {
    const path = put(
      '/mug.csv',
      shopifyHeader,
      mug('Colour,Blue,mug-blue,9.50,true'),
      'mug,,,,,,,,,,', // a picture alone
      'mug,,,,,,,"Light ""sky"", pale",,10,true',
    );
    expect(await stage.run('SHOPIFY_CSV', path)).toMatchObject({
      status: 'SUCCEEDED',
      ...{ rowsTotal: 3, rowsDone: 3, rowsFailed: 0 },
      startedAt: expect.any(String) as string,
      finishedAt: expect.any(String) as string,
      problems: { nodes: [] },
    });
    const price = (amount: string) => [
      { kind: 'ONE_TIME', period: null, unitPrice: { amount, currency: 'USD' } },
    ];
    expect(await product('mug')).toEqual({
      name: 'Mug',
      description: 'Holds tea',
      kind: 'PHYSICAL',
      status: 'ACTIVE',
      brand: 'Potter',
      version: 1,
      options: [{ name: 'Colour', values: ['Blue', 'Light "sky", pale'] }],
      characteristics: [{ name: 'type', value: 'Cups' }],
      categories: [{ path: [{ name: 'Cups' }] }],
      media: [],
      variants: {
        nodes: [
          {
            sku: 'mug-blue',
            name: 'Mug Blue',
            selectedOptions: [{ name: 'Colour', value: 'Blue' }],
            prices: price('9.50'),
          },
          {
            sku: 'shopify:mug:Light "sky", pale',
            name: 'Mug Light "sky", pale',
            selectedOptions: [{ name: 'Colour', value: 'Light "sky", pale' }],
            prices: price('10'),
          },
        ],
      },
    });
  });

  test('of the sample makes three products, and pictures are theirs', async () => {
    stage.host.files.set('/sample.csv', (_request, response) => {
      createReadStream(`${dataFolder}shopify-sample.csv`).pipe(response);
    });
    expect(await stage.run('SHOPIFY_CSV', '/sample.csv')).toMatchObject({
      ...{ status: 'SUCCEEDED', rowsDone: 7, rowsFailed: 0 },
    });
    expect(await product('cable-shirt')).toMatchObject({
      options: [
        { name: 'Size', values: ['S', 'M'] },
        { name: 'Colour', values: ['Blue', 'Grey'] },
      ],
      variants: {
        nodes: [{ sku: 'shirt-m-blue' }, { sku: 'shirt-m-grey' }, { sku: 'shirt-s-blue' }],
      },
    });
    expect(await product('field-guide')).toMatchObject({ kind: 'DIGITAL' });
    const pictures = put(
      '/pictures.csv',
      `${shopifyHeader},Image Src,Image Alt Text`,
      `${mug('Colour,Blue,mug-blue,9.50,true')},https://example.com/1.jpg,Blue`,
      `mug,,,,,,,,,,,https://example.com/2.jpg,`,
      `mug,,,,,,,,,,,file:///etc/passwd,`,
    );
    expect(await stage.run('SHOPIFY_CSV', pictures)).toMatchObject({
      problems: { nodes: [{ row: 4, field: 'Image Src', code: 'BAD_URL' }] },
    });
    expect(await product('mug')).toMatchObject({
      media: [
        { url: 'https://example.com/1.jpg', alt: 'Blue' },
        { url: 'https://example.com/2.jpg', alt: null },
      ],
    });
  });

  test('of Shopify has each tag as a value, however long they are together', async () => {
    const tags = Array.from({ length: 100 }, (_, nth) => `tag number ${nth} of a hundred`);
    const path = put(
      '/tagged.csv',
      `${shopifyHeader},Tags`,
      `${cup('tagged', 'tagged-1')},"${tags.join(', ')}, ${tags[0] ?? ''}"`,
    );
    expect(await stage.run('SHOPIFY_CSV', path)).toMatchObject({ rowsDone: 1, rowsFailed: 0 });
    expect(await product('tagged')).toMatchObject({
      characteristics: [{ name: 'tags', value: tags.join(', ') }],
    });
  });

  test('of cloud instances adds what each file tells to what others told', async () => {
    const types =
      'instance_type,category,family,generation,size,vcpu,memory_mib,architecture,cpu_manufacturer,clock_mhz,network_mbps,ebs_mbps,local_nvme_gb,gpu_name,gpu_manufacturer,gpu_count,gpu_memory_mib,accelerator_name,accelerator_count,hypervisor,encryption_in_transit';
    const type = 'm1.small,m,m1,1,small,1,1536,arm64,aws,,250,,,,,,,,,nitro,false';
    const header = 'region,instance_type,currency,price_per_hour';
    const prices = put(
      '/prices.csv',
      header,
      'eu-west-1,m1.small,USD,0.0440',
      'us-east-1,Standard_D2s_v5,USD,0.096',
    );
    expect(await stage.run('CLOUD_INSTANCE_CSV', prices)).toMatchObject({
      ...{ status: 'SUCCEEDED', rowsDone: 2, rowsFailed: 1 },
      problems: { nodes: [{ row: 2, field: 'instance_type', code: 'NO_SPECIFICATION' }] },
    });
    expect(await product('azure-standard-d2s-v5')).toMatchObject({
      name: 'Azure D2s v5',
      categories: [{ path: [{ name: 'Cloud machines' }, { name: 'Azure' }] }],
      variants: { nodes: [{ sku: 'azure:Standard_D2s_v5:us-east-1' }] },
    });
    await stage.run('CLOUD_INSTANCE_CSV', put('/types.csv', types, type));
    await stage.run('CLOUD_INSTANCE_CSV', prices);
    const more = put('/more.csv', header, 'af-south-1,m1.small,USD,0.05');
    await stage.run('CLOUD_INSTANCE_CSV', more);
    const whole = {
      categories: [
        {
          path: [{ name: 'Cloud machines' }, { name: 'Amazon EC2' }, { name: 'General purpose' }],
        },
      ],
      options: [{ name: 'region', values: ['af-south-1', 'eu-west-1'] }],
      characteristics: expect.arrayContaining([{ name: 'vcpu', value: '1' }]) as unknown,
      variants: {
        nodes: [
          { sku: 'aws:m1.small:af-south-1', prices: [{ unitPrice: { amount: '0.05' } }] },
          {
            sku: 'aws:m1.small:eu-west-1',
            prices: [{ kind: 'RECURRING', period: 'HOUR', unitPrice: { amount: '0.0440' } }],
          },
        ],
      },
      version: 3,
    };
    expect(await product('aws-m1-small')).toMatchObject(whole);
    for (const path of ['/types.csv', '/more.csv', '/prices.csv']) {
      await stage.run('CLOUD_INSTANCE_CSV', path);
    }
    expect(await product('aws-m1-small')).toMatchObject(whole);
  });

  test('of JSON Lines makes a product of each line', async () => {
    const licence = {
      slug: 'editor',
      name: 'Éditeur',
      kind: 'DIGITAL',
      categories: [['Software', 'Éditeurs'], ['Gifts']],
      characteristics: [{ name: 'seats', type: 'NUMBER', number: 5, unit: 'people' }],
      variants: [
        {
          sku: 'editor-year',
          options: [{ name: 'term', value: 'year' }],
          prices: [
            {
              kind: 'RECURRING',
              unitPrice: { amount: '0.000000250', currency: 'EUR' },
              period: 'YEAR',
            },
          ],
        },
      ],
    };
    const path = put('/editor.jsonl', JSON.stringify(licence), '');
    expect(await stage.run('JSON_LINES', path)).toMatchObject({ rowsDone: 1, rowsFailed: 0 });
    expect(await product('editor')).toMatchObject({
      name: 'Éditeur',
      status: 'ACTIVE',
      categories: [
        { path: [{ name: 'Software' }, { name: 'Éditeurs' }] },
        { path: [{ name: 'Gifts' }] },
      ],
      options: [{ name: 'term', values: ['year'] }],
      characteristics: [{ name: 'seats', value: '5 people' }],
      variants: {
        nodes: [{ sku: 'editor-year', prices: [{ unitPrice: { amount: '0.000000250' } }] }],
      },
    });
  });

  test('of the real types tells its progress until it ends, and again changes nothing', async () => {
    stage.host.files.set('/aws.csv', (_request, response) => {
      createReadStream(`${dataFolder}aws-instance-types.csv`).pipe(response);
    });
    const source = `${stage.host.url}/aws.csv`;
    const id = await stage.start({ format: 'CLOUD_INSTANCE_CSV', source });
    const states = await stage.watch(id);
    expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', rowsTotal: 1363, rowsDone: 1363 });
    const done = states.map(({ rowsDone }) => rowsDone);
    expect(done).toEqual(done.toSorted((left, right) => left - right));
    const before = await versions();
    await stage.run('CLOUD_INSTANCE_CSV', '/aws.csv');
    expect(await versions()).toEqual(before);
    expect((await stage.watch(id)).map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  test('that is a dry run tells what would fail, and keeps nothing', async () => {
    const path = put(
      '/dry.csv',
      shopifyHeader,
      'dry,Dry,,,,true,Title,Default Title,,1.00,true',
      'wet,Wet,,,,true,Title,Default Title,,NaN,true',
    );
    expect(await stage.run('SHOPIFY_CSV', path, true)).toMatchObject({
      ...{ status: 'SUCCEEDED', rowsDone: 2, rowsFailed: 1 },
      problems: { nodes: [{ row: 3, field: 'Variant Price', code: 'NOT_A_NUMBER' }] },
    });
    expect(await product('dry')).toBeNull();
  });

  test('leaves no row behind, and tells of each product that it saved', async () => {
    await stage.run('SHOPIFY_CSV', put('/cup.csv', shopifyHeader, cup('cup', 'cup-1')));
    const { rows } = await stage.pool.query<{ rows: number; events: unknown[] }>(
      `select (select count(*)::int from import_row) as rows,
              array(select event from events.outbox where event->'data'->>'slug' = 'cup') as events`,
    );
    expect(rows).toMatchObject([
      {
        rows: 0,
        events: [{ type: 'product.saved', actor: 'usr_keeper', data: { skus: ['cup-1'] } }],
      },
    ]);
  });
});

describe('an import that is under way', () => {
  test('can be cancelled, once and for all', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<unknown>();
    const { promise: closed, resolve: close } = Promise.withResolvers<unknown>();
    stage.host.files.set('/slow.csv', (_request, response) => {
      response.once('close', close);
      response.write(`${shopifyHeader}\n`);
      resolve(null);
    });
    const source = `${stage.host.url}/slow.csv`;
    const id = await stage.start({ format: 'SHOPIFY_CSV', source });
    const states = stage.watch(id);
    await asked;
    const cancel = `mutation ($id: ID!) {
      outcome: cancelCatalogueImport(id: $id) { import { status } userErrors { code } }
    }`;
    const cancelled = { outcome: { import: { status: 'CANCELLED' }, userErrors: [] } };
    expect(await stage.ask(cancel, { id })).toEqual(cancelled);
    expect((await states).at(-1)).toMatchObject({ status: 'CANCELLED' });
    await closed; // the source is let go
    expect(await stage.ask(cancel, { id })).toEqual(cancelled);

    const ended = await stage.run('SHOPIFY_CSV', put('/e.csv', shopifyHeader, cup('e', 'e-1')));
    expect(await stage.ask(cancel, { id: ended.id })).toMatchObject({
      outcome: { import: null, userErrors: [{ code: 'IMPORT_ENDED' }] },
    });
  });
});

describe('who may not change the catalogue', () => {
  test('can neither start, cancel nor see an import', async () => {
    const path = put('/seen.csv', shopifyHeader, cup('seen', 'seen-1', 'x'));
    const { id } = await stage.run('SHOPIFY_CSV', path);
    const input = { format: 'JSON_LINES', source: `${stage.host.url}/seen` };
    const start = await stage.answer(startMutation, { input }, visitor);
    expect(start.errors?.[0]?.originalError).toMatchObject({ code: 'FORBIDDEN' });
    const cancel = `mutation ($id: ID!) { cancelCatalogueImport(id: $id) { import { id } } }`;
    const cancelled = await stage.answer(cancel, { id }, visitor);
    expect(cancelled.errors?.[0]?.originalError).toMatchObject({ code: 'FORBIDDEN' });
    const read = `query ($id: ID!) {
      catalogueImport(id: $id) { id }
      catalogueImports { nodes { id } }
      _entities(representations: [{ __typename: "CatalogueImport", id: $id }]) { __typename }
    }`;
    expect(await stage.ask(read, { id }, visitor)).toEqual({
      catalogueImport: null,
      catalogueImports: { nodes: [] },
      _entities: [null],
    });
    expect(await stage.ask(read, { id })).toMatchObject({
      catalogueImport: { id },
      catalogueImports: { nodes: expect.arrayContaining([{ id }]) as unknown },
      _entities: [{ __typename: 'CatalogueImport' }],
    });
  });

  test('imports and their problems come in pages', async () => {
    const rows = Array.from({ length: 5 }, (_, nth) => cup(`bad-${nth}`, `bad-${nth}`, 'x'));
    const { id } = await stage.run('SHOPIFY_CSV', put('/pages.csv', shopifyHeader, ...rows));
    const page = `query ($id: ID!, $after: String) {
      catalogueImport(id: $id) {
        problems(first: 2, after: $after) { nodes { row } pageInfo { hasNextPage endCursor } }
      }
    }`;
    const found: number[] = [];
    for (let after: string | null = null; ;) {
      const data = (await stage.ask(page, { id, after })) as {
        catalogueImport: {
          problems: {
            nodes: { row: number }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      };
      const { nodes, pageInfo } = data.catalogueImport.problems;
      found.push(...nodes.map(({ row }) => row));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(found).toEqual([2, 3, 4, 5, 6]);
  });
});

async function versions() {
  const { rows } = await stage.pool.query('select slug, version from product order by slug');
  return rows as unknown[];
}

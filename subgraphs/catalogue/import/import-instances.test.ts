import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { emptyCatalogue } from '../testing/empty-catalogue.ts';
import { openStage, visitor, type Stage } from '../testing/stage.ts';
import { takeEvents } from '../testing/take-events.ts';
import { importInstances } from './import-instances.ts';

let stage: Stage;
const events = () => takeEvents(stage.pool);
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quartermaster-import-'));
  await emptyCatalogue(stage.pool);
  await write({ types: [small, metal], older: [], newer: [] });
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const typeHeader =
  'instance_type,category,family,generation,size,vcpu,memory_mib,architecture,cpu_manufacturer,clock_mhz,network_mbps,ebs_mbps,local_nvme_gb,gpu_name,gpu_manufacturer,gpu_count,gpu_memory_mib,accelerator_name,accelerator_count,hypervisor,encryption_in_transit';
const priceHeader = 'region,instance_type,currency,price_per_hour';
const small = 'm1.small,m,m1,1,small,1,1536,arm64,aws,,250,,,,,,,,,nitro,false';
const metal =
  'g9.metal,g,g9,9,metal,96,2097152,amd64,intel,3600,50000,19000,900,l4,nvidia,8,22888,,,,true';

test('a type is a product with what the source says of it, in its order', async () => {
  await run();
  const { products } = stage.parts;
  const [product] = await products.findProductsBySlug(visitor, ['aws-m1-small']);
  expect(product).toMatchObject({
    name: 'Amazon EC2 m1.small',
    description:
      'A cloud machine with 1 vCPU (AWS Graviton, arm64), 1.5 GiB of memory, 0.25 Gbit/s of network bandwidth.',
    kind: 'SERVICE',
    status: 'ACTIVE',
    brand: 'Amazon Web Services',
    provisioningTemplateKey: 'cloud-machine',
  });
  const [characteristics] = await products.findCharacteristics([String(product?.id)]);
  expect(characteristics?.map(({ name, value, unit }) => [name, value, unit])).toEqual([
    ['category', 'm', null],
    ['family', 'm1', null],
    ['generation', 1, null],
    ['size', 'small', null],
    ['vcpu', 1, null],
    ['memory_mib', 1536, 'MiB'],
    ['architecture', 'arm64', null],
    ['cpu_manufacturer', 'aws', null],
    ['network_mbps', 250, 'Mbit/s'],
    ['hypervisor', 'nitro', null],
    ['encryption_in_transit', false, null],
  ]);
});

test('each region with a price is a variant, and the newer price wins', async () => {
  await write({
    types: [small, metal],
    older: ['eu-west-1,m1.small,USD,0.500000', 'us-east-1,m1.small,USD,0.400000'],
    newer: ['us-east-1,m1.small,USD,0.300000', 'cn-north-1,m1.small,CNY,2.100000'],
  });
  expect(await run()).toEqual({ products: 2, variants: 3, saved: 2, skippedTypes: 0 });
  expect(await pricesOf('m1.small', ['cn-north-1', 'eu-west-1', 'us-east-1'])).toEqual([
    { amount: '2.100000', currency: 'CNY' },
    { amount: '0.500000', currency: 'USD' },
    { amount: '0.300000', currency: 'USD' },
  ]);
  const products = await stage.parts.products.findProductsBySlug(visitor, [
    'aws-g9-metal',
    'aws-m1-small',
  ]);
  const options = await stage.parts.products.findOptions(
    products.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)).map(({ id }) => id),
  );
  expect(options).toMatchObject([
    [],
    [{ name: 'region', values: ['cn-north-1', 'eu-west-1', 'us-east-1'] }],
  ]);
});

test('a type with a price but no specification is skipped and counted', async () => {
  await write({
    types: [small],
    older: ['eu-west-1,ghost.large,USD,0.500000', 'us-east-1,ghost.large,USD,0.500000'],
    newer: ['us-east-1,shade.large,USD,0.300000'],
  });
  expect(await run()).toEqual({ products: 1, variants: 0, saved: 1, skippedTypes: 2 });
});

test('each product and category that is saved has one event, and one that is as before has none', async () => {
  const older = ['eu-west-1,m1.small,USD,0.500000'];
  await write({ types: [small, metal], older, newer: [] });
  await run();
  const made = [
    '',
    '-amazon-ec2',
    '-amazon-ec2-accelerated-computing',
    '-amazon-ec2-general-purpose',
  ];
  expect(await events()).toMatchObject([
    ...made.map((end) => ({ type: 'category.saved', data: { slug: `cloud-machines${end}` } })),
    {
      type: 'product.saved',
      source: 'catalogue',
      data: { slug: 'aws-m1-small', skus: ['aws:m1.small:eu-west-1'] },
    },
    { type: 'product.saved', source: 'catalogue', data: { slug: 'aws-g9-metal', skus: [] } },
  ]);

  expect(await run()).toMatchObject({ products: 2, saved: 0 });
  expect(await events()).toEqual([]);

  await write({ types: [small, metal], older, newer: ['eu-west-1,m1.small,USD,0.450000'] });
  expect(await run()).toMatchObject({ products: 2, saved: 1 });
  expect(await events()).toMatchObject([{ data: { slug: 'aws-m1-small' } }]);
  expect(await pricesOf('m1.small', ['eu-west-1'])).toEqual([
    { amount: '0.450000', currency: 'USD' },
  ]);
});

test('progress is told after each batch, and a signal stops before the next', async () => {
  const types = Array.from({ length: 250 }, (_, nth) => small.replace('m1.small', `m1.s${nth}`));
  await write({ types, older: [], newer: [] });
  const told: string[] = [];
  const stop = new AbortController();
  const summary = await run(stop.signal, (done, total) => {
    told.push(`${done} of ${total}`);
    if (done === 200) stop.abort();
  });
  expect(told).toEqual(['100 of 250', '200 of 250']);
  expect(summary.products).toBe(200);
  expect(await run()).toMatchObject({ products: 250, saved: 50 });
});

test.each([
  [
    'a number that is none',
    small.replace(',1536,', ',lots,'),
    'line 2: memory_mib is no number: lots',
  ],
  [
    'a flag that is none',
    small.replace('false', 'no'),
    'line 2: encryption_in_transit is not true or false: no',
  ],
  [
    'an empty cell that must be filled',
    small.replace('arm64', ''),
    'line 2: architecture is empty',
  ],
  ['too few cells', 'm1.small,m', 'Invalid Record Length'],
])('%s stops the import with its place', async (_what, row, message) => {
  await write({ types: [row], older: [], newer: [] });
  await expect(run()).rejects.toThrow(message);
});

test('a missing column, and a missing file, are named', async () => {
  await writeFile(join(folder, 'aws-instance-prices.csv'), 'region,instance_type\nx,m1.small\n');
  await expect(run()).rejects.toThrow('there is no column price_per_hour');
  await rm(join(folder, 'aws-instance-types.csv'));
  await expect(run()).rejects.toThrow('aws-instance-types.csv');
});

async function write(files: Record<'types' | 'older' | 'newer', readonly string[]>): Promise<void> {
  const csv = (header: string, rows: readonly string[]) => [header, ...rows, ''].join('\n');
  await writeFile(join(folder, 'aws-instance-types.csv'), csv(typeHeader, files.types));
  await writeFile(join(folder, 'aws-region-prices.csv'), csv(priceHeader, files.older));
  await writeFile(join(folder, 'aws-instance-prices.csv'), csv(priceHeader, files.newer));
}

async function run(
  signal = new AbortController().signal,
  progress: (done: number, total: number) => void = () => undefined,
) {
  const { transact, parts } = stage;
  return await importInstances({ folder, transact, clock: parts.clock, signal, progress });
}

/** Of one hour in each of the regions. */
async function pricesOf(type: string, regions: readonly string[]) {
  const skus = regions.map((region) => `aws:${type}:${region}`);
  const variants = await stage.parts.variants.findVariantsBySku(visitor, skus);
  const found = skus.map((sku) => variants.find((variant) => variant.sku === sku)!);
  const prices = await stage.parts.prices.findPrices(found);
  return prices.map(([price]) => price?.unitPrice);
}

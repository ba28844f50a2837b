import type { Sql, Transact } from '#events';
import type { Money } from '#money';
import { join } from 'node:path';
import { instanceRecord, type RegionPrices } from '../domain/importing/instance-record.ts';
import type { ProductRecord } from '../domain/product-record.ts';
import { importEvents } from '../store/changes.ts';
import { saveProducts } from '../store/saving.ts';
import { readCsv } from './csv.ts';

export interface ImportOptions {
  /** Where the files are. */
  readonly folder: string;
  readonly transact: Transact<Sql>;
  readonly clock: () => Date;
  /** Stops after the batch under way; what has landed stays. */
  readonly signal: AbortSignal;
  /** Called after each batch. */
  readonly progress: (done: number, total: number) => void;
}

export interface ImportSummary {
  readonly products: number;
  readonly variants: number;
  /** Products that were new, or that the files describe otherwise than before; each has its event. */
  readonly saved: number;
  /** Types that have a price but no specification: nobody could say what they are. */
  readonly skippedTypes: number;
}

const typesFile = 'aws-instance-types.csv';
/** Where both price the same type in the same region, the later one wins: it is newer. */
const priceFiles = ['aws-region-prices.csv', 'aws-instance-prices.csv'];
const batchSize = 100;
/** Whom its changes are told of. */
const importer = 'svc_catalogue';

/** Makes products of the EC2 instance types, with a variant for each region that has a price. */
export async function importInstances(options: ImportOptions): Promise<ImportSummary> {
  const { folder, signal, progress } = options;
  const types = await readTypes(folder);
  const prices = await readPrices(folder);
  let [products, variants, saved] = [0, 0, 0];
  for await (const records of inBatches(readRecords(folder, prices))) {
    if (signal.aborted) break;
    saved += await saveBatch(options, records);
    products += records.length;
    variants += records.reduce((sum, record) => sum + record.variants.length, 0);
    progress(products, types.size);
  }
  const skippedTypes = new Set(prices.keys()).difference(types).size;
  return { products, variants, saved, skippedTypes };
}

async function readTypes(folder: string): Promise<Set<string>> {
  const types = new Set<string>();
  for await (const row of readCsv(join(folder, typesFile))) types.add(row.text('instance_type'));
  return types;
}

async function readPrices(folder: string): Promise<Map<string, RegionPrices>> {
  const prices = new Map<string, Map<string, Money>>();
  for (const file of priceFiles) {
    for await (const row of readCsv(join(folder, file))) {
      const type = row.text('instance_type');
      const ofType = prices.get(type) ?? new Map<string, Money>();
      prices.set(type, ofType);
      ofType.set(row.text('region'), {
        amount: row.decimal('price_per_hour'),
        currency: row.text('currency'),
      });
    }
  }
  return prices;
}

async function* readRecords(
  folder: string,
  prices: ReadonlyMap<string, RegionPrices>,
): AsyncGenerator<ProductRecord, void, void> {
  for await (const row of readCsv(join(folder, typesFile))) {
    yield instanceRecord(row, prices.get(row.text('instance_type')) ?? new Map());
  }
}

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[], void, void> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function saveBatch(
  { transact, clock }: ImportOptions,
  records: readonly ProductRecord[],
): Promise<number> {
  return await transact(async (tx, append) => {
    const saved = await saveProducts(tx, records, { actor: importer, now: clock() });
    for (const event of importEvents(saved, importer)) append(event);
    return saved.length;
  });
}

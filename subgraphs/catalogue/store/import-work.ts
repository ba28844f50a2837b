import type { Sql, Transact } from '#events';
import { hasEnded, type ImportFormat, type ImportProblem } from '../domain/catalogue-import.ts';
import { formats } from '../domain/importing/format.ts';
import { inOneOrder } from '../domain/in-one-order.ts';
import { RowProblem, type Format, type SourceRow } from '../domain/importing/source-row.ts';
import type { ProductRecord } from '../domain/product-record.ts';
import { importEvents } from './changes.ts';
import {
  countRows,
  endImport,
  finishReading,
  holdReading,
  insertProblems,
  insertRows,
  lockImport,
  moveOn,
  readNextRows,
  restartReading,
  type KeyedRow,
  type LockedImport,
} from './import-rows.ts';
import { holdCategories } from './hold-categories.ts';
import { findSkuOwners, holdKnownProducts } from './known-products.ts';
import { saveApart } from './saving-apart.ts';

/** How long a batch of an import may take: on a busy machine more than what people wait for. */
export const batchTimeoutMs = 60_000;

/**
 * What is done for an import, in transactions that move its own row on: whichever of them a crash cuts
 * off, the next run goes on behind the last that was kept.
 */
export interface ImportWork {
  /** Begins to read the source from its start; null when it was read already, or the import has ended. */
  beginReading(id: string): Promise<Reading | null>;
  /** Whether the import is still to be read, by this reading. */
  isWanted(reading: Reading): Promise<boolean>;
  /** False when the rows are no longer wanted. */
  keepRows(
    reading: Reading,
    rows: readonly KeyedRow[],
    problems: readonly ImportProblem[],
  ): Promise<boolean>;
  /** `cutShort` says why the source can't be read to its end. */
  endReading(reading: Reading, rowsTotal: number, cutShort: ImportProblem | null): Promise<void>;
  /** Saves the products that come next. False when there is none left, and the import has ended. */
  landNext(id: string): Promise<boolean>;
}

export interface Reading {
  readonly id: string;
  readonly format: ImportFormat;
  readonly source: string;
  /** Counts the readings of this import. */
  readonly number: number;
}

interface ImportWorkOptions {
  readonly transact: Transact<Sql>;
  readonly clock: () => Date;
  readonly shopCurrency: string;
  /** Why a JSON Schema can't be used, or null. */
  readonly reasonAgainst: (schema: object) => string | null;
  /** A product has so many rows at most, and so many are saved at once. */
  readonly rowsMax?: number;
  /** Hears why a product could not be saved, where its rows can't tell. */
  readonly report: (error: unknown) => void;
}

const rowsMaxDefault = 2_000;

export function createImportWork(options: ImportWorkOptions): ImportWork {
  const { transact, clock, rowsMax = rowsMaxDefault } = options;
  return {
    beginReading: async (id) =>
      await transact(async (tx) => {
        const found = await lockImport(tx, id);
        if (found === null || found.isRead || hasEnded(found)) return null;
        const number = await restartReading(tx, id, clock());
        return { id, format: found.format, source: found.source, number };
      }),
    isWanted: async ({ id, number }) => await transact((tx) => holdReading(tx, id, number)),
    keepRows: async ({ id, number }, rows, problems) =>
      await transact(async (tx) => {
        if (!(await holdReading(tx, id, number))) return false;
        await insertRows(tx, id, rows);
        await countRows(tx, id, problems.length, problems);
        return true;
      }),
    endReading: async ({ id, number }, rowsTotal, cutShort) => {
      await transact(async (tx) => {
        if (!(await holdReading(tx, id, number))) return;
        if (cutShort !== null) await insertProblems(tx, id, [cutShort]);
        await finishReading(tx, id, { rowsTotal, isCutShort: cutShort !== null });
      });
    },
    landNext: async (id) =>
      await transact(async (tx, append) => {
        const found = await lockImport(tx, id);
        if (found === null || !found.isRead || hasEnded(found)) return false;
        const { rows, tooMany } = await readNextRows(tx, found, rowsMax);
        const lastKey = rows.at(-1)?.key;
        if (lastKey === undefined) {
          await endImport(tx, id, found.isCutShort ? 'FAILED' : 'SUCCEEDED', clock());
          return false;
        }
        await moveOn(tx, id, lastKey);
        await holdCategories(tx, 'as they are'); // before products are held
        if (tooMany !== null) {
          await countRows(
            tx,
            id,
            tooMany,
            rows.map((row) => tooManyRows(row, rowsMax)),
          );
          return true;
        }
        const { records, problems } = await readProducts(tx, found, rows, options);
        const apart = await saveApart(tx, records, {
          author: { actor: found.actor, now: clock() },
          keep: !found.dryRun,
        });
        for (const { error } of apart.failed) options.report(error);
        const unsaved = apart.failed.flatMap(({ slug }) => refusedRows(rows, slug, notSaved));
        await countRows(tx, id, rows.length, [...problems, ...unsaved]);
        const told = found.dryRun ? [] : importEvents(apart.saved, found.actor);
        for (const event of told) append(event);
        return true;
      }),
  };
}

interface Products {
  readonly records: readonly ProductRecord[];
  readonly problems: readonly ImportProblem[];
}

async function readProducts(
  tx: Sql,
  { format: name }: LockedImport,
  rows: readonly KeyedRow[],
  { shopCurrency, reasonAgainst }: ImportWorkOptions,
): Promise<Products> {
  const format = formats[name];
  const groups = Map.groupBy(rows, ({ key }) => key);
  const known = format.addsToKnown
    ? await holdKnownProducts(tx, [...groups.keys()])
    : new Map<string, ProductRecord>();
  const landings = [...groups].map(([slug, own]) => {
    const settings = { known: known.get(slug) ?? null, shopCurrency, reasonAgainst };
    return { slug, rows: own, ...format.productOf(own, settings) };
  });
  const records = landings.flatMap(({ record }) => record ?? []);
  const owners = await findSkuOwners(
    tx,
    records.flatMap(({ variants }) => variants.map(({ sku }) => sku)),
  );
  const problems = landings.flatMap((landing) => landing.problems);
  const free: ProductRecord[] = [];
  for (const { record, rows: own, rowOf } of landings) {
    if (record === null) continue;
    const taken = record.variants.find(({ sku }) => {
      const owner = owners.get(sku);
      owners.set(sku, owner ?? record.slug); // of two in one batch, the first has it
      return owner !== undefined && owner !== record.slug;
    });
    if (taken === undefined) free.push(inOneOrder(record));
    else problems.push(...skuTaken(own, format, taken.sku, rowOf?.get(taken.sku)));
  }
  return { records: free, problems };
}

function skuTaken(
  rows: readonly SourceRow[],
  { skuField }: Format,
  sku: string,
  guilty: number | undefined,
): ImportProblem[] {
  const named = guilty ?? rows[0]?.row;
  const message = `${skuField}: the SKU ${sku} belongs to another product.`;
  return rows.map(({ row }) =>
    row === named
      ? new RowProblem(row, skuField, 'SKU_TAKEN', message)
      : new RowProblem(row, skuField, 'PRODUCT_REFUSED', `${message} See row ${named ?? row}.`),
  );
}

const notSaved = 'The product could not be saved.';

function refusedRows(rows: readonly KeyedRow[], slug: string, message: string): ImportProblem[] {
  return rows
    .filter(({ key }) => key === slug)
    .map(({ row }) => new RowProblem(row, null, 'NOT_SAVED', message));
}

function tooManyRows({ row, key }: KeyedRow, rowsMax: number): ImportProblem {
  const message = `The product ${key} has more than ${rowsMax} rows, or too long ones.`;
  return new RowProblem(row, null, 'TOO_MANY_ROWS', message);
}

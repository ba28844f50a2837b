import { anonymous, type Principal } from '#auth';
import { throwAwayDatabase } from '#database';
import {
  Bell,
  createStreams,
  createTransact,
  type NewEvent,
  type Sql,
  type TransactionalClient,
} from '#events';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { plainPrice } from '../domain/price.ts';
import { noParts, type ProductRecord } from '../domain/product-record.ts';
import type { Parts } from '../parts.ts';
import { openPool, openPrisma, selectFrom, type Select } from '../store/database.ts';
import { createCategoryStore } from '../store/categories.ts';
import { createCategoryTree } from '../store/category-tree.ts';
import { createHistoryStore } from '../store/history.ts';
import { createImportFileStore } from '../store/import-files.ts';
import { createImportStore } from '../store/imports.ts';
import { createProductPartStore } from '../store/parts-of-products.ts';
import { createPriceStore } from '../store/prices.ts';
import { createProductEdits } from '../store/product-edits.ts';
import { createProductStore } from '../store/products.ts';
import { saveProducts, type SavedProduct } from '../store/saving.ts';
import { createElasticSearch } from '../store/search/elastic/elastic.ts';
import { createPostgresSearch } from '../store/search/postgres.ts';
import { createVariantStore } from '../store/variants.ts';
import { openTestIndex, type TestIndex } from './test-index.ts';

export const dataFolder = fileURLToPath(new URL('../../../data/', import.meta.url));
export const noon = new Date('2026-11-25T12:00:00Z');
export const visitor = anonymous('gateway');
export const keeper: Principal = {
  id: 'usr_keeper',
  scopes: new Set(['catalogue:write']),
  sessionId: null,
  issuer: 'gateway',
};

/** The stores on a database, at noon; counts what it is asked. */
export interface Stage extends AsyncDisposable {
  readonly pool: Pool;
  readonly parts: Parts;
  readonly select: Select;
  readonly transact: ReturnType<typeof createTransact>;
  /** The statements that the stores have sent since this was last emptied; of transactions their beginnings. */
  readonly statements: string[];
  readonly save: (records: readonly ProductRecord[], now?: Date) => Promise<SavedProduct[]>;
  /** Changes the database past the stores. */
  readonly change: (text: string, values?: readonly unknown[]) => Promise<void>;
}

/** With a database of its own; where `elasticsearchUrl` is given, that is searched, and nothing else. */
export async function openStage(
  serverUrl: string,
  { elasticsearchUrl = null }: { readonly elasticsearchUrl?: string | null } = {},
): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await throwAwayDatabase(serverUrl, 'catalogue'));
  const index =
    elasticsearchUrl === null
      ? null
      : opened.use(await openTestIndex(elasticsearchUrl, database.url));
  const { pool, parts, select, transact, statements, save, change } = opened.use(
    openProcess(database.url, { index }),
  );
  return Object.assign(opened.move(), { pool, parts, select, transact, statements, save, change });
}

interface ProcessOptions {
  /** What is searched; null leaves it to PostgreSQL. */
  readonly index?: TestIndex | null;
  readonly bell?: Bell;
  readonly clock?: () => Date;
  readonly committed?: (events: readonly NewEvent[]) => Promise<void>;
}

/** The stores on a database that others may use too. */
export function openProcess(databaseUrl: string, options: ProcessOptions = {}): Stage {
  const opened = new AsyncDisposableStack();
  const pool = openPool(databaseUrl, 10, () => undefined);
  opened.defer(() => pool.end());
  const client = openPrisma(pool);
  opened.defer(() => client.$disconnect());

  const { clock = () => noon, bell = new Bell(), index = null, committed } = options;
  const statements: string[] = [];
  const keeping = createTransact({
    client: telling(client, statements),
    bell,
    source: 'catalogue',
    clock,
    ...(committed && { committed }),
  });
  const transact: Stage['transact'] = async (work) => {
    const answer = await keeping(work);
    index?.changed();
    return answer;
  };
  const plain = selectFrom(pool);
  const select: Select = (name, text, values, planned) => {
    statements.push(name);
    return plain(name, text, values, planned);
  };
  const products = createProductStore(select);
  const parts: Parts = {
    products,
    variants: createVariantStore(select),
    prices: createPriceStore(select),
    categories: createCategoryStore(select),
    categoryTree: createCategoryTree(transact),
    productParts: createProductPartStore(select),
    productEdits: createProductEdits(select, transact),
    history: createHistoryStore(select),
    search:
      index === null
        ? createPostgresSearch(select, clock)
        : createElasticSearch({ index: index.reader, select, products, clock }),
    imports: createImportStore({ select, transact, clock }),
    importFiles: createImportFileStore({ select, clock }),
    importHosts: [],
    bell,
    streams: createStreams({ pool, bell }),
    signal: new AbortController().signal,
    clock,
    shopCurrency: 'USD',
  };
  const stage = {
    pool,
    parts,
    select,
    transact,
    statements,
    save: (records: readonly ProductRecord[], now = noon) =>
      transact((tx) => saveProducts(tx, records, { actor: keeper.id, now })),
    change: async (text: string, values: readonly unknown[] = []) => {
      await pool.query(text, [...values]);
      index?.changed();
    },
  };
  return Object.assign(opened, stage);
}

/** Writes down how each statement of its transactions begins: `update product set`. */
function telling(client: TransactionalClient<Sql>, statements: string[]): TransactionalClient<Sql> {
  return {
    $transaction: (work, limits) =>
      client.$transaction(
        (tx) =>
          work({
            $queryRawUnsafe: (text, ...values) => {
              statements.push(text.trim().split(/\s+/).slice(0, 3).join(' '));
              return tx.$queryRawUnsafe(text, ...values);
            },
          }),
        limits,
      ),
  };
}

/** A licence with one variant, sold once; any of it may be told otherwise. */
export function licence(slug: string, changes: Partial<ProductRecord> = {}): ProductRecord {
  return {
    slug,
    name: `Licence ${slug}`,
    description: 'For one person, for ever.',
    kind: 'DIGITAL',
    status: 'ACTIVE',
    brand: null,
    provisioningTemplateKey: null,
    configurationFields: [],
    ...noParts,
    characteristics: [],
    options: [],
    variants: [
      {
        sku: `licence:${slug}`,
        name: slug,
        status: 'ACTIVE',
        selectedOptions: [],
        prices: [plainPrice({ amount: '49.00', currency: 'USD' }, null)],
      },
    ],
    ...changes,
  };
}

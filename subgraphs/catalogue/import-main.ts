// Loads the catalogue from files: `npm run import -- FILE…`, or one folder of EC2's instance types.
import { serviceItself, type Principal } from '#auth';
import {
  Bell,
  createPostgresBus,
  createTransact,
  drainOutbox,
  openPool as openBusPool,
  type Sql,
  type Transact,
} from '#events';
import { ConfigError } from '#service';
import { stat } from 'node:fs/promises';
import { reasonAgainst } from './actions/check-schemas.ts';
import { readImportConfig, type ImportConfig } from './config.ts';
import { BadSource } from './import/csv.ts';
import { importFile, type ImportedFile } from './import/import-file.ts';
import { importInstances, type ImportSummary } from './import/import-instances.ts';
import { createTeller, type Teller } from './import/teller.ts';
import { openPool, openPrisma, selectFrom } from './store/database.ts';
import { batchTimeoutMs, createImportWork } from './store/import-work.ts';
import { createImportStore, house } from './store/imports.ts';

const connectionsMax = 4;
const clock = () => new Date();
const lineMax = 300;
/** Whoever may run this may change the database by other means too. */
const loader: Principal = { ...serviceItself(house), scopes: new Set(['catalogue:write']) };

const stop = new AbortController();
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) {
  process.once(event, () => {
    stop.abort();
  });
}
try {
  await runImport(readImportConfig(process.env, process.argv.slice(2)), stop.signal);
} catch (error) {
  const isOurs = stop.signal.aborted || error instanceof ConfigError || error instanceof BadSource;
  if (!isOurs) throw error;
  if (!stop.signal.aborted && error instanceof Error) process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
if (stop.signal.aborted) process.exitCode = 1; // some of it may be missing
if (process.connected) process.disconnect(); // an open channel would keep the process alive

/** Imports the files, then carries the events to the bus, so that who starts next hears of all. */
async function runImport(config: ImportConfig, signal: AbortSignal): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const pool = openPool(config.databaseUrl, connectionsMax, report);
  opened.defer(() => pool.end());
  const busPool = openBusPool(config.eventsDatabaseUrl, report);
  opened.defer(() => busPool.end());
  const client = openPrisma(pool);
  opened.defer(() => client.$disconnect());

  const teller = createTeller(process);
  const bell = new Bell();
  const transact = createTransact({
    client,
    bell,
    source: house,
    clock,
    timeoutMs: batchTimeoutMs,
  });
  const [path = ''] = config.paths;
  if (config.paths.length === 1 && (await isFolder(path))) {
    await loadFolder(path, transact, teller, signal);
  } else {
    await loadFiles(config, transact, selectFrom(pool), teller, signal);
  }
  await drainOutbox(pool, createPostgresBus(busPool, new Bell()), house);
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() !== true;
}

async function loadFolder(
  folder: string,
  transact: Transact<Sql>,
  teller: Teller,
  signal: AbortSignal,
): Promise<void> {
  const progress = (done: number, total: number) => {
    teller.progress('products', done, total);
  };
  const summary = await importInstances({ folder, transact, clock, signal, progress });
  teller.tell(folderSentence(summary));
}

async function loadFiles(
  { paths, dryRun, shopCurrency }: ImportConfig,
  transact: Transact<Sql>,
  select: ReturnType<typeof selectFrom>,
  teller: Teller,
  signal: AbortSignal,
): Promise<void> {
  const imports = createImportStore({ select, transact, clock });
  const importWork = createImportWork({ transact, clock, shopCurrency, reasonAgainst, report });
  for (const path of paths) {
    const progress = (done: number, total: number) => {
      teller.progress(`rows of ${path}`, done, total);
    };
    const options = { imports, importWork, caller: loader, dryRun, signal, progress };
    const imported = await importFile(path, options);
    teller.tell(fileSentence(path, imported));
    if (imported.end.status !== 'SUCCEEDED') process.exitCode = 1;
  }
}

function folderSentence({ products, variants, saved, skippedTypes }: ImportSummary): string {
  return `${products} products with ${variants} variants read, ${saved} saved; ${skippedTypes} priced types without a specification skipped`;
}

function fileSentence(path: string, { end, problems }: ImportedFile): string {
  const { status, rowsTotal, rowsFailed, dryRun } = end;
  const landed = `${(rowsTotal ?? 0) - rowsFailed} of ${rowsTotal ?? 0} rows`;
  const shown = problems.map(({ row, field, code, message }) =>
    `  row ${row}, ${field ?? 'all of it'}: ${code}: ${message}`.slice(0, lineMax),
  );
  const more = rowsFailed > shown.length ? [`  and ${rowsFailed - shown.length} more`] : [];
  const sentence = `${path}: ${status}, ${landed} ${dryRun ? 'would land' : 'landed'}`;
  return [sentence, ...shown, ...more].join('\n');
}

function report(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}

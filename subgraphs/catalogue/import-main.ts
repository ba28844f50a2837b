import {
  Bell,
  createPostgresBus,
  createTransact,
  drainOutbox,
  openPool as openBusPool,
} from '#events';
import { ConfigError } from '#service';
import { readImportConfig, type ImportConfig } from './config.ts';
import { BadSource } from './import/csv.ts';
import { importInstances, type ImportSummary } from './import/import-instances.ts';
import { openPool, openPrisma } from './store/database.ts';

const source = 'catalogue';
const connectionsMax = 4;

const stop = new AbortController();
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) {
  process.once(event, () => {
    stop.abort();
  });
}
try {
  await runImport(readImportConfig(process.env, process.argv.slice(2)), stop.signal);
  if (stop.signal.aborted) process.exitCode = 1; // some of it may be missing
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof BadSource)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
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

  const clock = () => new Date();
  const summary = await importInstances({
    folder: config.data,
    transact: createTransact({ client, bell: new Bell(), source, clock }),
    clock,
    signal,
    progress: tellProgress,
  });
  await drainOutbox(pool, createPostgresBus(busPool, new Bell()), source);
  tell(sentence(summary));
}

/** To whoever forked the process, or else to whoever reads its output. */
function tellProgress(done: number, total: number): void {
  if (process.send === undefined) tell(`${done} of ${total} products`);
  else process.send({ progress: { done, total } });
}

function sentence({ products, variants, saved, skippedTypes }: ImportSummary): string {
  return `${products} products with ${variants} variants read, ${saved} saved; ${skippedTypes} priced types without a specification skipped`;
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

function report(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}

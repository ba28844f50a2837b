// `npm run doctor`: how the Quartermaster of this data folder is.
import { runSql } from '#database';
import { join, resolve } from 'node:path';
import { CannotStart, messageOf } from './cannot-start.ts';
import { readEventsLags } from './events-lag.ts';
import { isAlive } from './incarnation.ts';
import { readJson } from './json-file.ts';
import { memoryOf } from './memory.ts';
import { databaseUrlsAt } from './plan.ts';
import { readRoster, type Listed } from './roster.ts';
import { openSecrets } from './secrets.ts';
import { readSettings } from './settings.ts';

const answerTimeoutMs = 5_000;
const bytesPerMegabyte = 1e6;
const ready = 'ready';

try {
  const settings = readSettings(process.env, process.argv.slice(2));
  const isWell = await examine(resolve(settings.dataFolder));
  process.exitCode = isWell ? 0 : 1;
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Says whether all is well. */
async function examine(dataFolder: string): Promise<boolean> {
  const lastStart = (await readJson(join(dataFolder, 'last-start.json'))) as
    { readonly at: string; readonly seconds: number } | undefined;
  print([
    ['Node', process.versions.node],
    ['npm', /npm\/(\S+)/.exec(process.env['npm_config_user_agent'] ?? '')?.[1] ?? '?'],
    ['data', dataFolder],
    ['last start', lastStart ? `${lastStart.seconds.toFixed(1)} s (${lastStart.at})` : '–'],
  ]);
  const roster = await readRoster(dataFolder);
  if (roster === undefined || !isAlive(roster.launcher)) {
    throw new CannotStart('Quartermaster does not run here. Start it: npm start');
  }
  const databaseUrls = databaseUrlsAt(roster.databaseServer, await openSecrets(dataFolder, []));
  const postgres = await checkPostgres(databaseUrls['events'] ?? '');
  const launcher = { ...roster.launcher, name: 'launcher', url: null, servingSince: null };
  const rows = await Promise.all(
    [...roster.processes, { ...launcher, restarts: 0 }].map(async (each) => ({
      ...each,
      memory: memoryOf(each.pid, { withChildren: each.name === 'postgres' }),
      health: each.name === 'postgres' ? postgres.health : await checkProcess(each),
    })),
  );
  const sum = rows.reduce((total, { memory }) => total + (memory ?? 0), 0);
  print([
    ['process', 'pid', 'port', 'up', 'restarts', 'memory (PSS)', 'health'],
    ...rows.map(({ name, pid, url, servingSince, restarts, memory, health }) => [
      name,
      `${pid}`,
      url === null ? '' : new URL(url).port,
      servingSince === null ? '' : sinceThen(servingSince),
      `${restarts}`,
      megabytes(memory),
      health,
    ]),
    ['sum', '', '', '', '', megabytes(sum === 0 ? null : sum), ''],
  ]);
  print([['PostgreSQL', postgres.version], ...(await eventRows(databaseUrls))]);
  return rows.every(({ health }) => health === '' || health === ready);
}

async function checkProcess({ url, name }: Listed): Promise<string> {
  if (url === null) return name === 'launcher' ? '' : 'starting';
  try {
    const response = await fetch(`${url}/health/ready`, {
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    return response.ok ? ready : `answers ${response.status}`;
  } catch (error) {
    return `does not answer: ${messageOf(error)}`;
  }
}

async function checkPostgres(url: string): Promise<{ health: string; version: string }> {
  try {
    const { rows } = await runSql(url, [`select current_setting('server_version') as version`]);
    return { health: ready, version: (rows as { version: string }[])[0]?.version ?? '?' };
  } catch (error) {
    return { health: `does not answer: ${messageOf(error)}`, version: '?' };
  }
}

async function eventRows(databaseUrls: Readonly<Record<string, string>>): Promise<string[][]> {
  const lags = await readEventsLags(databaseUrls).catch(() => []);
  return lags.map(({ source, consumer, behind }) => [
    `${consumer} hears ${source}`,
    behind <= 0 ? 'up to date' : `${behind} events behind`,
  ]);
}

function sinceThen(time: string): string {
  const seconds = Math.round((Date.now() - Date.parse(time)) / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function megabytes(bytes: number | null): string {
  return bytes === null ? '?' : `${Math.round(bytes / bytesPerMegabyte)} MB`;
}

/** Columns as wide as their widest cell. */
function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0));
    process.stdout.write(`  ${cells.join('  ').trimEnd()}\n`);
  }
  process.stdout.write('\n');
}

import {
  createCluster,
  databaseUrl,
  mayEnter,
  readPostmaster,
  runSql,
  serverAccount,
  sharedFolder,
  startCluster,
  untilReady,
} from '#database';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CannotStart, codeOf, messageOf } from './cannot-start.ts';
import {
  commandOf,
  incarnationOf,
  isAlive,
  signal,
  untilGone,
  isForgotten,
  type Incarnation,
} from './incarnation.ts';
import { readJson, writeJson } from './json-file.ts';
import type { Log } from './logs.ts';
import { freePort } from './ports.ts';
import type { Run } from './supervised.ts';

export interface EmbeddedPostgres {
  /** Where its data is. */
  readonly folder: string;
  readonly port: number;
  /** The superuser's. */
  readonly password: string;
}

const settings = { max_connections: '200', shared_buffers: '128MB' };
const answerTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;
const pollMs = 100;

/** The data folder's own, or, where root's folders are closed to the server's user, one that it can reach. */
export async function placeForPostgres(dataFolder: string): Promise<string> {
  const record = join(dataFolder, 'postgres-place.json');
  const known = (await readJson(record)) as { readonly folder: string } | undefined;
  if (known !== undefined) return known.folder;
  const account = await serverAccount();
  const own = join(dataFolder, 'postgres');
  if (account === undefined || (await mayEnter(dataFolder, account))) return own;
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 12);
  const folder = join(await sharedFolder(account), `data-${name}`);
  await writeJson(record, { folder });
  return folder;
}

/** The port of the server that lives from an earlier start, or a free one: what it had before, if it is. */
export async function portForPostgres(folder: string, before: number | undefined): Promise<number> {
  const server = await livingServer(folder);
  const postmaster = server === undefined ? undefined : await readPostmaster(folder);
  return postmaster?.port ?? (await freePort(before));
}

/** The superuser's address. */
export function postgresUrl({
  port,
  password,
}: Pick<EmbeddedPostgres, 'port' | 'password'>): string {
  const login = { role: 'postgres', password };
  return databaseUrl(`postgresql://127.0.0.1:${port}`, 'postgres', login);
}

/** Adopts the server that lives from an earlier start, or starts one. */
export async function runPostgres(options: EmbeddedPostgres, log: Log): Promise<Run> {
  const { folder, password } = options;
  if (!existsSync(join(folder, 'PG_VERSION'))) await createCluster(folder, password);
  return (await adopt(folder, password)) ?? (await start(options, log));
}

/** Stops a server that an earlier launcher left behind. */
export async function stopPostgres(folder: string): Promise<void> {
  const server = await livingServer(folder);
  if (server === undefined) return;
  signal(server.pid, 'SIGINT'); // PostgreSQL's "fast": sessions are ended, data is written
  if (await untilGone(server, stopTimeoutMs)) return;
  signal(server.pid, 'SIGQUIT');
  await untilGone(server, stopTimeoutMs);
}

async function adopt(folder: string, password: string): Promise<Run | undefined> {
  const server = await livingServer(folder);
  if (server === undefined) return undefined;
  const deadline = performance.now() + answerTimeoutMs;
  while (isAlive(server)) {
    const postmaster = await readPostmaster(folder);
    if (postmaster?.isReady === true) {
      const { pid, port } = postmaster;
      const url = postgresUrl({ port, password });
      await demandPassword(url, folder);
      const ended = untilGone(server).then(() => 'ended');
      return { pid, ready: Promise.resolve(url), ended };
    }
    if (performance.now() > deadline) {
      throw new CannotStart(
        `PostgreSQL (process ${server.pid}) holds ${folder} and is not ready; end it: kill -QUIT ${server.pid}`,
      );
    }
    await delay(pollMs);
  }
  return undefined; // it was just stopping
}

async function start({ folder, port, password }: EmbeddedPostgres, log: Log): Promise<Run> {
  log.mark();
  const server = await startCluster({
    folder,
    port,
    settings,
    log: log.descriptor,
    detached: true,
  });
  const ended = once(server, 'exit').then(() => {
    const { exitCode, signalCode } = server;
    return exitCode === null
      ? `ended by ${String(signalCode)}`
      : `ended with code ${exitCode} (${log.lastWords()})`;
  });
  const url = postgresUrl({ port, password });
  const ready = Promise.withResolvers<string>();
  void untilReady(folder, server).then(async (isReady) => {
    if (isReady)
      await demandPassword(url, folder).then(() => {
        ready.resolve(url);
      }, ready.reject);
  });
  return { pid: server.pid ?? 0, ready: ready.promise, ended };
}

/**
 * The process that `postmaster.pid` names, if it serves this folder. A dead one's file is left to
 * PostgreSQL, which waits for the dead one's own processes by it; it would refuse to start only where the
 * number still belongs to somebody: to a stranger by now, or to the dead one, whose parent has not asked.
 */
async function livingServer(folder: string): Promise<Incarnation | undefined> {
  const postmaster = await readPostmaster(folder);
  if (postmaster === undefined) return undefined;
  const { pid } = postmaster;
  const server = incarnationOf(pid);
  if (server !== undefined && commandOf(pid).includes(folder)) return server;
  if (server === undefined && (await isForgotten(pid))) return undefined;
  await rm(join(folder, 'postmaster.pid'), { force: true });
  return undefined;
}

async function demandPassword(url: string, folder: string): Promise<void> {
  try {
    await runSql(url, ['select 1']);
  } catch (cause) {
    throw new CannotStart(
      codeOf(cause) === '28P01'
        ? `The password in secrets.json is not that of the PostgreSQL data in ${folder}: ` +
            'bring the right file back, or begin anew: npm start -- --reset'
        : `PostgreSQL does not answer: ${messageOf(cause)}`,
      { cause },
    );
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findInstallation } from './installation.ts';
import { serverAccount, type Account } from './server-account.ts';

/** What PostgreSQL itself says in its folder while it runs. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

export interface ClusterStart {
  readonly folder: string;
  readonly port: number;
  /** PostgreSQL's own settings, by name. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A file descriptor for its log; nowhere unless told. */
  readonly log?: number;
  /** Whether it outlives us, and is spared the terminal's signals. */
  readonly detached?: boolean;
}

const pollMs = 20;

/**
 * Makes a database cluster (PostgreSQL's word for a server's data) whose superuser is `postgres`. The
 * folder appears once it is whole.
 */
export async function createCluster(folder: string, password: string): Promise<void> {
  const account = await serverAccount();
  const [passwordFile, unfinished] = [join(tmpdir(), randomUUID()), `${folder}.unfinished`];
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (account !== undefined) {
      for (const path of [unfinished, passwordFile]) await chown(path, account.uid, account.gid);
    }
    // The same order and the same letters everywhere; only Linux is sure to have the C library's C.UTF-8.
    const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C';
    await finish(
      await start(account, 'initdb', [
        `--pgdata=${unfinished}`,
        `--pwfile=${passwordFile}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        `--locale=${locale}`,
      ]),
    );
    await rename(unfinished, folder);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Starts the server of a cluster on loopback; it is starting still, or has failed already. */
export async function startCluster(options: ClusterStart): Promise<ChildProcess> {
  const { folder, port, settings = {}, log = 'ignore', detached = false } = options;
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return await start(await serverAccount(), 'postgres', ['-D', folder, '-p', `${port}`, ...flags], {
    stdio: ['ignore', log, log],
    detached,
  });
}

/** Waits until the server of that process takes connections; says whether it does, or has ended. */
export async function untilReady(folder: string, server: ChildProcess): Promise<boolean> {
  while (server.exitCode === null && server.signalCode === null) {
    const postmaster = await readPostmaster(folder);
    if (postmaster?.pid === server.pid && postmaster?.isReady === true) return true;
    await delay(pollMs);
  }
  return false;
}

/** Reads `postmaster.pid`, which a killed server leaves behind. */
export async function readPostmaster(folder: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid = '', , , port = '', , , , status = ''] = text.split('\n');
  if (!/^\d+$/.test(pid)) return undefined;
  return { pid: Number(pid), port: Number(port), isReady: status.trim() === 'ready' };
}

async function start(
  account: Account | undefined,
  program: string,
  args: readonly string[],
  options: object = {},
): Promise<ChildProcess> {
  const { folder } = await findInstallation(account);
  const child = spawn(join(folder, 'bin', program), args, {
    ...account,
    cwd: folder, // ours may be closed to the account
    env: { ...process.env, LC_ALL: undefined, LC_MESSAGES: 'C' },
    ...options,
  });
  await once(child, 'spawn');
  return child;
}

async function finish(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdout?.resume();
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`initdb failed with code ${String(code)}: ${said.trim()}`);
}

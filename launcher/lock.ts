import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { CannotStart, codeOf } from './cannot-start.ts';
import { incarnationOf, isAlive, type Incarnation } from './incarnation.ts';

/** Makes this process the folder's only launcher, until disposed; one that died is no hindrance. */
export async function lock(folder: string): Promise<AsyncDisposable> {
  const path = `${folder}/launcher.lock`;
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, JSON.stringify(incarnationOf(process.pid)));
  try {
    while (!(await linked(own, path))) {
      const holder = await read(path);
      if (holder !== undefined && isAlive(holder)) {
        throw new CannotStart(
          `Quartermaster already runs on ${folder} (process ${holder.pid}). Stop that one first ` +
            `(Ctrl-C there, or: kill ${holder.pid}), or use another folder: QUARTERMASTER_DATA=… npm start`,
        );
      }
      await removeStale(path);
    }
  } finally {
    await rm(own, { force: true });
  }
  return {
    [Symbol.asyncDispose]: async () => {
      await rm(path, { force: true });
    },
  };
}

/** A link appears whole, or not at all. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Two may find it stale at once: the slower one must not remove what the faster has put there since. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return; // the other was faster
  }
  const taken = await read(aside);
  if (taken !== undefined && isAlive(taken)) await linked(aside, path);
  await rm(aside, { force: true });
}

async function read(path: string): Promise<Incarnation | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Incarnation;
  } catch {
    return undefined; // gone, or broken: nobody's
  }
}

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CannotStart, codeOf } from './cannot-start.ts';
import { placeForPostgres, stopPostgres } from './postgres.ts';

/** Makes the folder where it is missing; refuses one that can't be written to. Answers with its full path. */
export async function openDataFolder(path: string): Promise<string> {
  const folder = resolve(path);
  const probe = join(folder, `probe.${randomUUID()}`);
  try {
    for (const part of ['', 'keys', 'logs']) await makeFolder(join(folder, part));
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    throw new CannotStart(
      `The data folder ${folder} can't be written to (${codeOf(cause)}); ` +
        'make it writable, or choose another: QUARTERMASTER_DATA=… npm start',
      { cause },
    );
  }
  return folder;
}

/**
 * With its parents. Others may pass (PostgreSQL's user must, where root starts us), and see nothing.
 * Node's own `recursive` never comes back where the system will not have the folder, as in /proc.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o711 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o711 });
  }
}

/** A folder that is deleted with all that is in it when disposed. */
export function temporaryFolder(): AsyncDisposable & { readonly path: string } {
  const path = join(tmpdir(), `quartermaster-${randomUUID()}`);
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await rm(await placeForPostgres(path), { recursive: true, force: true });
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Deletes all data, that of PostgreSQL first; only the lock stays. Answers with what it deleted. */
export async function resetDataFolder(folder: string): Promise<string[]> {
  const postgres = await placeForPostgres(folder);
  await stopPostgres(postgres);
  const entries = (await readdir(folder)).filter((name) => !name.startsWith('launcher.'));
  const paths = new Set([postgres, ...entries.map((name) => join(folder, name))]);
  for (const path of paths) await rm(path, { recursive: true, force: true });
  await openDataFolder(folder);
  return [...paths];
}

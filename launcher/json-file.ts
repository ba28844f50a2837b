import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { CannotStart, codeOf } from './cannot-start.ts';

/** What the file holds, or undefined where there is none. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new CannotStart(
      `${path} can't be read as JSON; mend it, or begin anew: npm start -- --reset`,
      { cause },
    );
  }
}

/** Replaces the file at once: a reader sees the old or the new, and so does whoever comes after a crash. */
export async function writeJson(path: string, value: unknown, mode = 0o644): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode });
  await rename(unfinished, path);
}

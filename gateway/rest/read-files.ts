import { readdir, readFile } from 'node:fs/promises';

/** A file of operations, each of which is a route. */
export interface RestFile {
  /** As complaints name it. */
  readonly name: string;
  readonly text: string;
}

/** Those of this folder. */
export async function readRestFiles(): Promise<readonly RestFile[]> {
  const folder = new URL('.', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql'));
  return await Promise.all(
    names.toSorted().map(async (name) => ({
      name: `gateway/rest/${name}`,
      text: await readFile(new URL(name, folder), 'utf8'),
    })),
  );
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Principal } from '#auth';
import type { CatalogueImport, ImportFormat, ImportProblem } from '../domain/catalogue-import.ts';
import type { ImportStore } from '../store/imports.ts';
import type { ImportWork } from '../store/import-work.ts';
import { BadSource } from './csv.ts';
import { landRows } from './land-rows.ts';
import { readSource } from './read-source.ts';

export interface ImportFileOptions {
  readonly imports: ImportStore;
  readonly importWork: ImportWork;
  readonly caller: Principal;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Called after each batch. */
  readonly progress: (done: number, total: number) => void;
}

export interface ImportedFile {
  readonly end: CatalogueImport;
  /** The first of them. */
  readonly problems: readonly ImportProblem[];
}

const problemsShown = 20;

/** Imports a local file; one whose import was broken off goes on where that stopped. */
export async function importFile(path: string, options: ImportFileOptions): Promise<ImportedFile> {
  const { imports, importWork, caller, dryRun, signal, progress } = options;
  const format = await formatOf(path);
  const source = `${basename(path)}#sha256=${await hashOf(path)}`; // other content is another source
  const id = await imports.openImport(caller.id, { format, source, dryRun });
  const read = async () => {
    const [state] = await imports.findImports(caller, [id]);
    if (state === undefined) throw new TypeError(`The import ${id} is gone.`);
    return state;
  };
  const openSource = () => createReadStream(path) as AsyncIterable<Uint8Array>;
  await readSource({ importWork, openSource, signal }, id);
  await landRows({ importWork, signal }, id, async () => {
    const { rowsDone, rowsTotal } = await read();
    progress(rowsDone, rowsTotal ?? rowsDone);
  });
  const problems = await imports.listProblems(id, { after: null, limit: problemsShown });
  return { end: await read(), problems };
}

const sniffedBytes = 64 * 1024;

/** By its name and its first line. */
async function formatOf(path: string): Promise<ImportFormat> {
  if (['.jsonl', '.ndjson'].includes(extname(path).toLowerCase())) return 'JSON_LINES';
  const file = await open(path).catch((error: unknown) => {
    throw new BadSource(path, error instanceof Error ? error.message : String(error));
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
    const [header = ''] = buffer.toString('latin1', 0, bytesRead).split('\n', 1);
    return /(^|,|\W)Handle(,|"|\r|$)/.test(header) ? 'SHOPIFY_CSV' : 'CLOUD_INSTANCE_CSV';
  } finally {
    await file.close();
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw new BadSource(path, error instanceof Error ? error.message : String(error));
  }
  return hash.digest('hex');
}

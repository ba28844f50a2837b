import type { Principal } from '#auth';
import { BadInput, Refusal } from '#errors';
import type { CatalogueImport, ImportFormat } from '../domain/catalogue-import.ts';
import { urlProblem } from '../import/open-url.ts';
import type { Parts } from '../parts.ts';
import { isUpload } from '../store/import-files.ts';
import { demandKeeper } from './demand-keeper.ts';
import { readImport } from './read-import.ts';

export interface StartCatalogueImport {
  readonly format: ImportFormat;
  readonly source: string;
  readonly dryRun?: boolean | null;
}

/** Writes down what is to be imported; that and the start of the work are one commit. */
export async function startCatalogueImport(
  { imports, importFiles, importHosts }: Pick<Parts, 'imports' | 'importFiles' | 'importHosts'>,
  caller: Principal,
  { format, source, dryRun }: StartCatalogueImport,
): Promise<CatalogueImport | Refusal> {
  demandKeeper(caller);
  if (source.length > sourceLengthMax || source.includes('\0')) {
    throw new BadInput('input.source', `Give a source of at most ${sourceLengthMax} characters.`);
  }
  const problem = isUpload(source)
    ? await uploadProblem(importFiles, caller, source)
    : urlProblem(source, importHosts);
  if (problem !== null) return new Refusal('SOURCE_REFUSED', problem, ['input', 'source']);
  const id = await imports.queueImport(caller.id, { format, source, dryRun: dryRun ?? false });
  return await readImport(imports, caller, id);
}

const sourceLengthMax = 2_000;

async function uploadProblem(
  importFiles: Parts['importFiles'],
  caller: Principal,
  source: string,
): Promise<string | null> {
  if (await importFiles.isKept(caller, source)) return null;
  return 'There is no file of yours with this handle, or its time is over: upload it again.';
}

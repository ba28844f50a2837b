import type { Principal } from '#auth';
import { NotFound } from '#errors';
import type { CatalogueImport } from '../domain/catalogue-import.ts';
import type { ImportStore } from '../store/imports.ts';

/** @throws NotFound when there is none, or none that the caller may see. */
export async function readImport(
  imports: ImportStore,
  caller: Principal,
  id: string,
): Promise<CatalogueImport> {
  const [found] = await imports.findImports(caller, [id]);
  if (found === undefined) throw new NotFound(id);
  return found;
}

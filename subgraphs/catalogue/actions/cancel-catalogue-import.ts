import type { Principal } from '#auth';
import { Refusal } from '#errors';
import type { CatalogueImport } from '../domain/catalogue-import.ts';
import type { Parts } from '../parts.ts';
import { demandKeeper } from './demand-keeper.ts';
import { readImport } from './read-import.ts';

/** Stops an import before its next batch; what has landed stays. */
export async function cancelCatalogueImport(
  { imports }: Pick<Parts, 'imports'>,
  caller: Principal,
  id: string,
): Promise<CatalogueImport | Refusal> {
  demandKeeper(caller);
  const outcome = await imports.cancelImport(id);
  return outcome instanceof Refusal ? outcome : await readImport(imports, caller, id);
}

import type { Principal } from '#auth';
import { untilReturned } from '#events';
import { hasEnded, type CatalogueImport } from '../domain/catalogue-import.ts';
import type { Parts } from '../parts.ts';
import { importBell } from '../store/import-rows.ts';
import { readImport } from './read-import.ts';

/** The import as it is, then whenever it has come further, until it has ended. */
export function watchCatalogueImport(
  parts: Pick<Parts, 'imports' | 'bell' | 'signal'>,
  caller: Principal,
  id: string,
): AsyncIterableIterator<CatalogueImport, void, void> {
  return untilReturned(parts.signal, (signal) => states(parts, caller, id, signal));
}

async function* states(
  { imports, bell }: Pick<Parts, 'imports' | 'bell'>,
  caller: Principal,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<CatalogueImport, void, void> {
  using ear = bell.listen(importBell(id), signal); // before the first read: what comes in between rings
  let told = '';
  while (!signal.aborted) {
    const state = await readImport(imports, caller, id);
    const now = JSON.stringify(state);
    if (now !== told) yield state; // a ring may mean nothing
    told = now;
    if (hasEnded(state)) return;
    await ear.rung();
  }
}

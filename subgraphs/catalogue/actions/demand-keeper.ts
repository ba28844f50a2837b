import { Forbidden, type Principal } from '#auth';

/** @throws Forbidden unless the caller may change the catalogue; the gateway lets nobody else in. */
export function demandKeeper({ scopes }: Principal): void {
  if (!scopes.has('catalogue:write')) throw new Forbidden('You may not change the catalogue.');
}

import { Forbidden, type Principal } from '#auth';

/** @throws Forbidden unless the caller has the scope; the gateway lets nobody else in. */
export function demandScope({ scopes }: Principal, scope: string): void {
  if (!scopes.has(scope)) throw new Forbidden(`This takes the scope ${scope}.`);
}

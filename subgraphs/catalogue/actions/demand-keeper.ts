import type { Principal } from '#auth';
import { AppError } from '#errors';

/** @throws Forbidden unless the caller may change the catalogue; the gateway lets nobody else in. */
export function demandKeeper({ scopes }: Principal): void {
  if (!scopes.has('catalogue:write')) throw new Forbidden();
}

class Forbidden extends AppError {
  override readonly name = 'Forbidden';

  constructor() {
    super('FORBIDDEN', 'You may not change the catalogue.');
  }
}

import type { Principal } from '#auth';
import { rowKey } from '#ids';

interface Owned {
  readonly ownerId?: string | { in: string[] };
}

/** A person sees their own; `provisioning:read` sees all. */
export function visibleTo(caller: Principal): Owned {
  return caller.scopes.has('provisioning:read') ? {} : ownedBy(caller.id);
}

/** Nothing, for what is no person's id. */
export function ownedBy(id: string): Owned {
  return { ownerId: rowKey('usr', id)?.id ?? { in: [] } };
}

import type { Principal } from '#auth';
import type { ProductStatus } from '../domain/product.ts';

/** Drafts and what is no longer sold are for those who keep the catalogue. */
export function visibleStatuses(caller: Principal): readonly ProductStatus[] {
  return seesAll(caller) ? ['DRAFT', 'ACTIVE', 'RETIRED'] : ['ACTIVE'];
}

/** Whether the caller sees more than everybody does. */
export function seesAll({ scopes }: Principal): boolean {
  return scopes.has('catalogue:write');
}

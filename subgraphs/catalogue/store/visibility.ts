import type { Principal } from '#auth';
import type { ProductStatus } from '../domain/product.ts';

/** Drafts and what is no longer sold are for those who keep the catalogue. */
export function visibleStatuses({ scopes }: Principal): readonly ProductStatus[] {
  return scopes.has('catalogue:write') ? ['DRAFT', 'ACTIVE', 'RETIRED'] : ['ACTIVE'];
}

import type { Principal } from '#auth';
import { administration } from '../domain/role.ts';

/** Everybody sees themselves; who keeps people sees all. */
export function maySeeUser({ id, scopes }: Principal, userId: string): boolean {
  return id === userId || scopes.has('identity:read');
}

/** Whether the caller may change what belongs to others. */
export function mayChangeOthers({ scopes }: Principal): boolean {
  return scopes.has(administration);
}

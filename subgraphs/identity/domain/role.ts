/** A named set of permissions. */
export interface Role {
  readonly name: string;
  readonly description: string | null;
  /** Such as `orders:read:own`; the scopes of an access token are these. */
  readonly permissions: readonly string[];
}

/** Whose bearer keeps people: gives roles and takes them, locks accounts. */
export const administration = 'identity:write';

/** What the roles add up to, sorted and each once. */
export function permissionsOf(roles: readonly Role[]): string[] {
  return [...new Set(roles.flatMap(({ permissions }) => permissions))].toSorted();
}

/** What the role would give that its giver lacks. */
export function permissionsBeyond(scopes: ReadonlySet<string>, { permissions }: Role): string[] {
  return permissions.filter((permission) => !scopes.has(permission));
}

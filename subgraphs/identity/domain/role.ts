/** A named set of permissions. */
export interface Role {
  readonly name: string;
  readonly description: string | null;
  /** Such as `orders:read:own`; the scopes of an access token are these. */
  readonly permissions: readonly string[];
}

/** What the roles add up to, sorted and each once. */
export function permissionsOf(roles: readonly Role[]): string[] {
  return [...new Set(roles.flatMap(({ permissions }) => permissions))].toSorted();
}

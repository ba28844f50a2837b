/**
 * What was done, or tried, and by whom. Ids only: never a name, an address or a secret. (What an
 * administrator gives as a reason is kept in their own words.)
 */
export interface AuditEntry {
  /** The id of a person or service, or `anonymous`. */
  readonly actor: string;
  readonly action:
    | 'signIn'
    | 'refreshSession'
    | 'signOut'
    | 'revokeSession'
    | 'assignRole'
    | 'removeRole'
    | 'lockUser'
    | 'unlockUser';
  /** The id of what it was done to. */
  readonly target: string | null;
  readonly outcome: 'SUCCESS' | 'FAILURE' | 'DENIED';
  readonly data: Readonly<Record<string, string | number | boolean>>;
}

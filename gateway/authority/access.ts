import { anonymous, type Principal } from '#auth';

/** What the directives of a schema ask for. */
export interface Grants {
  readonly isAuthenticated: boolean;
  readonly scopes: ReadonlySet<string>;
  /** Those that hold for the caller. */
  readonly policies: ReadonlySet<string>;
}

/** Who calls, what he may use, and how long. */
export interface Access {
  readonly caller: Principal;
  readonly grants: Grants;
  /** Of the token; null for nobody in particular. */
  readonly issuedAt: Date | null;
  readonly expiresAt: Date | null;
}

/** Nobody in particular: what everyone may do. */
export const nobody: Access = {
  caller: anonymous('gateway'),
  grants: { isAuthenticated: false, scopes: new Set(), policies: new Set() },
  issuedAt: null,
  expiresAt: null,
};

const timerMsMax = 2 ** 31 - 1;

/** Calls back when the access ends, if it does; `clearTimeout` of what it returns takes that back. */
export function whenExpired(
  { expiresAt }: Access,
  clock: () => Date,
  callback: () => void,
): NodeJS.Timeout | undefined {
  if (expiresAt === null) return undefined;
  return setTimeout(callback, Math.min(expiresAt.getTime() - clock().getTime(), timerMsMax));
}

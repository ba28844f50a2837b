import { administration, permissionsOf, type Role } from './role.ts';

export type UserStatus = 'ACTIVE' | 'LOCKED';

export interface User {
  readonly id: string;
  /** Normalised: in lower case. */
  readonly email: string;
  readonly name: string;
  readonly status: UserStatus;
  readonly roles: readonly Role[];
  readonly createdAt: Date;
}

/** A user as one caller sees it: whole, or the id alone. */
export type UserAsSeen = User | Pick<User, 'id'>;

export function isSeen(user: UserAsSeen): user is User {
  return 'email' in user;
}

export function hasRole({ roles }: User, name: string): boolean {
  return roles.some((role) => role.name === name);
}

/** Whether they can keep people: the house must never be without one such. */
export function isAdministrator({ status, roles }: User): boolean {
  return status === 'ACTIVE' && permissionsOf(roles).includes(administration);
}

import type { Role } from './role.ts';

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

import { isAdministrator, type User } from '../domain/user.ts';
import type { IdentityTransaction } from '../store/identity.ts';

/** Whether nobody would be left who keeps people; the user is locked, so this stays true to the end. */
export async function takesLastAdministrator(
  tx: IdentityTransaction,
  before: User,
  after: User,
): Promise<boolean> {
  if (!isAdministrator(before) || isAdministrator(after)) return false;
  return !(await tx.hasOtherAdministrator(before.id));
}

import type { Principal } from '#auth';
import { NotFound, type Refusal } from '#errors';
import { lastAdministrator } from '../domain/refusals.ts';
import { hasRole } from '../domain/user.ts';
import type { Parts } from '../parts.ts';
import type { RoleChange } from './assign-role.ts';
import { takesLastAdministrator } from './last-administrator.ts';

/**
 * Takes a role away; who lacks it is left alone. Answers the user's id.
 * @throws NotFound when it is nobody whom the caller may change.
 */
export async function removeRole(
  { store }: Parts,
  caller: Principal,
  { userId, role: name }: RoleChange,
): Promise<string | Refusal> {
  return await store.commit(async (tx) => {
    const user = await tx.lockUserOf(caller, userId);
    if (user === null) throw new NotFound(userId);
    if (!hasRole(user, name)) return userId;

    const entry = { actor: caller.id, action: 'removeRole', target: userId } as const;
    const roles = user.roles.filter((role) => role.name !== name);
    if (await takesLastAdministrator(tx, user, { ...user, roles })) {
      const refusal = lastAdministrator();
      tx.audit({ ...entry, outcome: 'DENIED', data: { role: name, reason: refusal.code } });
      return refusal;
    }
    await tx.removeRole(userId, name);
    const left = roles.map((role) => role.name);
    tx.append(caller.id, { type: 'user.roles_changed', userId, roles: left });
    tx.audit({ ...entry, outcome: 'SUCCESS', data: { role: name } });
    return userId;
  });
}

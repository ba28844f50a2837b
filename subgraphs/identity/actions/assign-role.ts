import type { Principal } from '#auth';
import { NotFound, type Refusal } from '#errors';
import { permissionLacking, roleUnknown } from '../domain/refusals.ts';
import { permissionsBeyond } from '../domain/role.ts';
import { hasRole } from '../domain/user.ts';
import type { Parts } from '../parts.ts';

export interface RoleChange {
  readonly userId: string;
  /** Its name. */
  readonly role: string;
}

/**
 * Gives a role; who has it already keeps it. Answers the user's id.
 * @throws NotFound when it is nobody whom the caller may change.
 */
export async function assignRole(
  { store }: Parts,
  caller: Principal,
  { userId, role: name }: RoleChange,
): Promise<string | Refusal> {
  return await store.commit(async (tx) => {
    const user = await tx.lockUserOf(caller, userId);
    if (user === null) throw new NotFound(userId);
    if (hasRole(user, name)) return userId;
    const role = await tx.findRole(name);
    if (role === null) return roleUnknown();

    const entry = { actor: caller.id, action: 'assignRole', target: userId } as const;
    const beyond = permissionsBeyond(caller.scopes, role);
    if (beyond.length > 0) {
      const refusal = permissionLacking(beyond);
      tx.audit({ ...entry, outcome: 'DENIED', data: { role: name, reason: refusal.code } });
      return refusal;
    }
    await tx.addRole(userId, name);
    const roles = [...user.roles.map((had) => had.name), name];
    tx.append(caller.id, { type: 'user.roles_changed', userId, roles });
    tx.audit({ ...entry, outcome: 'SUCCESS', data: { role: name } });
    return userId;
  });
}

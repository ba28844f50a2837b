import type { Principal } from '#auth';
import { NotFound } from '#errors';
import type { Parts } from '../parts.ts';

/**
 * Lets the account sign in again; one that is not locked stays as it is. Answers the user's id.
 * @throws NotFound when it is nobody whom the caller may change.
 */
export async function unlockUser({ store }: Parts, caller: Principal, id: string): Promise<string> {
  const { id: actor } = caller;
  return await store.commit(async (tx) => {
    const user = await tx.lockUserOf(caller, id);
    if (user === null) throw new NotFound(id);
    if (user.status !== 'LOCKED') return id;
    await tx.saveStatus(id, 'ACTIVE');
    tx.append(actor, { type: 'user.unlocked', userId: id });
    tx.audit({ actor, action: 'unlockUser', target: id, outcome: 'SUCCESS', data: {} });
    return id;
  });
}

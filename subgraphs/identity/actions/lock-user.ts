import type { Principal } from '#auth';
import { NotFound, type Refusal } from '#errors';
import { normalizeLockReason } from '../domain/lock-reason.ts';
import { lastAdministrator, lockReasonInvalid } from '../domain/refusals.ts';
import type { Parts } from '../parts.ts';
import { endSessionsOf } from './end-session.ts';
import { takesLastAdministrator } from './last-administrator.ts';

export interface LockUser {
  readonly id: string;
  readonly reason: string;
}

/**
 * Locks an account and ends its sessions; a locked one stays as it is. Answers the user's id.
 * @throws NotFound when it is nobody whom the caller may change.
 */
export async function lockUser(
  { store, clock }: Parts,
  caller: Principal,
  { id, reason: given }: LockUser,
): Promise<string | Refusal> {
  const reason = normalizeLockReason(given);
  if (reason === null) return lockReasonInvalid();
  const { id: actor } = caller;
  return await store.commit(async (tx) => {
    const user = await tx.lockUserOf(caller, id);
    if (user === null) throw new NotFound(id);
    if (user.status === 'LOCKED') return id;

    const entry = { actor, action: 'lockUser', target: id } as const;
    if (await takesLastAdministrator(tx, user, { ...user, status: 'LOCKED' })) {
      const refusal = lastAdministrator();
      tx.audit({ ...entry, outcome: 'DENIED', data: { reason: refusal.code } });
      return refusal;
    }
    await tx.saveStatus(id, 'LOCKED');
    await endSessionsOf(tx, id, { actor, reason: 'USER_LOCKED', now: clock() });
    // Besides its sessions: a token may outlive the session that it was issued in.
    tx.append(actor, { type: 'user.locked', userId: id });
    tx.audit({ ...entry, outcome: 'SUCCESS', data: { reason } });
    return id;
  });
}

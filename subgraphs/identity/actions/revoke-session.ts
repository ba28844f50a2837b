import type { Principal } from '#auth';
import { NotFound } from '#errors';
import { isLive } from '../domain/session.ts';
import type { Parts } from '../parts.ts';
import { endSession } from './end-session.ts';

/**
 * Ends one session of the caller's, or anybody's for who keeps people; answers how many ended.
 * @throws NotFound when it is none that the caller may end.
 */
export async function revokeSession(
  { store, clock }: Parts,
  caller: Principal,
  id: string,
): Promise<number> {
  const { id: actor } = caller;
  return await store.commit(async (tx) => {
    const now = clock();
    const session = await tx.lockSessionOf(caller, id);
    if (session === null) throw new NotFound(id);
    if (!isLive(session, now)) return 0;
    await endSession(tx, session, { actor, reason: 'REVOKED', now });
    tx.audit({ actor, action: 'revokeSession', target: id, outcome: 'SUCCESS', data: {} });
    return 1;
  });
}

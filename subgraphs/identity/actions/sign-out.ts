import type { Principal } from '#auth';
import { isLive } from '../domain/session.ts';
import type { Parts } from '../parts.ts';
import { endSession, endSessionsOf } from './end-session.ts';

/** Ends the session of the call, or all of the caller's; answers how many. Those that are over stay so. */
export async function signOut(
  parts: Parts,
  caller: Principal,
  { everywhere }: { readonly everywhere: boolean },
): Promise<number> {
  return everywhere ? await signOutEverywhere(parts, caller) : await signOutHere(parts, caller);
}

async function signOutHere({ store, clock }: Parts, caller: Principal): Promise<number> {
  const { id: actor, sessionId } = caller;
  if (sessionId === null) return 0;
  return await store.commit(async (tx) => {
    const now = clock();
    const session = await tx.lockSessionOf(caller, sessionId);
    if (session === null || !isLive(session, now)) return 0;
    await endSession(tx, session, { actor, reason: 'SIGNED_OUT', now });
    tx.audit({ actor, action: 'signOut', target: sessionId, outcome: 'SUCCESS', data: {} });
    return 1;
  });
}

async function signOutEverywhere({ store, clock }: Parts, caller: Principal): Promise<number> {
  const { id: actor } = caller;
  return await store.commit(async (tx) => {
    const ending = { actor, reason: 'SIGNED_OUT', now: clock() } as const;
    const sessionsEnded = await endSessionsOf(tx, actor, ending);
    if (sessionsEnded > 0) {
      const data = { sessionsEnded };
      tx.audit({ actor, action: 'signOut', target: actor, outcome: 'SUCCESS', data });
    }
    return sessionsEnded;
  });
}

import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { inKeyOrder } from '#graphql';
import DataLoader from 'dataloader';
import { assignRole, type RoleChange } from './actions/assign-role.ts';
import { lockUser, type LockUser } from './actions/lock-user.ts';
import { refreshSession } from './actions/refresh-session.ts';
import { removeRole } from './actions/remove-role.ts';
import { revokeSession } from './actions/revoke-session.ts';
import { signIn, type SignIn } from './actions/sign-in.ts';
import { signOut } from './actions/sign-out.ts';
import { unlockUser } from './actions/unlock-user.ts';
import { watchRevocations } from './actions/watch-revocations.ts';
import type { RevocationUpdate } from './domain/revocation.ts';
import type { Session } from './domain/session.ts';
import type { Tokens } from './domain/tokens.ts';
import type { UserAsSeen } from './domain/user.ts';
import type { Parts } from './parts.ts';

/** The user after a change, as the caller sees them, or why it was refused. */
type ChangedUser = UserAsSeen | null | Refusal;

/** What the resolvers of one request see: the caller is bound already. */
export interface IdentityContext {
  readonly caller: Principal;
  readonly loaders: {
    readonly user: DataLoader<string, UserAsSeen | null>;
    /** By their owner's id. */
    readonly liveSessions: DataLoader<string, Session[]>;
  };
  readonly actions: {
    readonly signIn: (input: SignIn) => Promise<Tokens | Refusal>;
    readonly refreshSession: (refreshToken: string | null) => Promise<Tokens | Refusal>;
    readonly signOut: (input: { readonly everywhere: boolean }) => Promise<number>;
    readonly revokeSession: (id: string) => Promise<number>;
    readonly assignRole: (input: RoleChange) => Promise<ChangedUser>;
    readonly removeRole: (input: RoleChange) => Promise<ChangedUser>;
    readonly lockUser: (input: LockUser) => Promise<ChangedUser>;
    readonly unlockUser: (id: string) => Promise<ChangedUser>;
    readonly watchRevocations: (
      since: string | null,
    ) => AsyncIterableIterator<RevocationUpdate, void, void>;
  };
}

export function createContext(parts: Parts, caller: Principal): IdentityContext {
  const { store, clock } = parts;
  const loaders = {
    user: new DataLoader<string, UserAsSeen | null>(async (ids) =>
      inKeyOrder(ids, await store.findUsers(caller, ids), ({ id }) => id),
    ),
    liveSessions: new DataLoader<string, Session[]>(async (ownerIds) => {
      const sessions = await store.findLiveSessions(caller, ownerIds, clock());
      const byOwner = Map.groupBy(sessions, ({ ownerId }) => ownerId);
      return ownerIds.map((id) => byOwner.get(id) ?? []);
    }),
  };
  /** Reads them anew: a mutation before this one may have loaded what they were. */
  const reread = async (outcome: string | Refusal): Promise<ChangedUser> => {
    if (outcome instanceof Refusal) return outcome;
    loaders.liveSessions.clear(outcome);
    return await loaders.user.clear(outcome).load(outcome);
  };
  return {
    caller,
    loaders,
    actions: {
      signIn: (input) => signIn(parts, caller, input),
      refreshSession: (refreshToken) => refreshSession(parts, refreshToken),
      signOut: (input) => signOut(parts, caller, input),
      revokeSession: (id) => revokeSession(parts, caller, id),
      assignRole: async (input) => await reread(await assignRole(parts, caller, input)),
      removeRole: async (input) => await reread(await removeRole(parts, caller, input)),
      lockUser: async (input) => await reread(await lockUser(parts, caller, input)),
      unlockUser: async (id) => await reread(await unlockUser(parts, caller, id)),
      watchRevocations: (since) => watchRevocations(parts, caller, since),
    },
  };
}

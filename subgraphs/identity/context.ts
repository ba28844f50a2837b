import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import { inKeyOrder } from '#graphql';
import DataLoader from 'dataloader';
import { refreshSession } from './actions/refresh-session.ts';
import { revokeSession } from './actions/revoke-session.ts';
import { signIn, type SignIn } from './actions/sign-in.ts';
import { signOut } from './actions/sign-out.ts';
import type { Session } from './domain/session.ts';
import type { Tokens } from './domain/tokens.ts';
import type { UserAsSeen } from './domain/user.ts';
import type { Parts } from './parts.ts';

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
  };
}

export function createContext(parts: Parts, caller: Principal): IdentityContext {
  const { store, clock } = parts;
  return {
    caller,
    loaders: {
      user: new DataLoader(async (ids) =>
        inKeyOrder(ids, await store.findUsers(caller, ids), ({ id }) => id),
      ),
      liveSessions: new DataLoader(async (ownerIds) => {
        const sessions = await store.findLiveSessions(caller, ownerIds, clock());
        const byOwner = Map.groupBy(sessions, ({ ownerId }) => ownerId);
        return ownerIds.map((id) => byOwner.get(id) ?? []);
      }),
    },
    actions: {
      signIn: (input) => signIn(parts, caller, input),
      refreshSession: (refreshToken) => refreshSession(parts, refreshToken),
      signOut: (input) => signOut(parts, caller, input),
      revokeSession: (id) => revokeSession(parts, caller, id),
    },
  };
}

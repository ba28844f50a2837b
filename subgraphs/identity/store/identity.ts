import type { Principal } from '#auth';
import type { Transact } from '#events';
import type { AuditEntry } from '../domain/audit.ts';
import { streamsOf, type IdentityEvent } from '../domain/event.ts';
import type { Role } from '../domain/role.ts';
import type { Session } from '../domain/session.ts';
import type { SignInFailures } from '../domain/sign-in-failures.ts';
import type { User, UserAsSeen, UserStatus } from '../domain/user.ts';
import { appendAudit } from './audit.ts';
import type { Bytes, Database, Transaction } from './database.ts';
import * as roles from './roles.ts';
import * as failures from './sign-in-failures.ts';
import * as sessions from './sessions.ts';
import * as tokens from './refresh-tokens.ts';
import * as users from './users.ts';

export interface IdentityStore {
  /** Those whom the caller may see; of others the id alone, whether or not there is such a user. */
  readonly findUsers: (caller: Principal, ids: readonly string[]) => Promise<UserAsSeen[]>;
  /** Of those owners whom the caller may see: the newest hundred of each, newest first. */
  readonly findLiveSessions: (
    caller: Principal,
    ownerIds: readonly string[],
    now: Date,
  ) => Promise<Session[]>;
  /** By the normalised address. */
  readonly findCredential: (email: string) => Promise<users.Credential | null>;
  readonly findFailures: (address: Bytes) => Promise<SignInFailures | null>;
  /**
   * Commits whatever the work did, also when it returns a refusal: a failure that was counted or a
   * session that was ended must stay. Events and audit records are written last, in the same transaction.
   */
  readonly commit: <Answer>(work: (tx: IdentityTransaction) => Promise<Answer>) => Promise<Answer>;
}

export interface IdentityTransaction {
  /** The user, held: nobody locks the account, or signs it in elsewhere, before the commit. */
  readonly holdUser: (id: string) => Promise<User | null>;
  /**
   * Whose session it is, held: their roles and status stay as they are. Comes before the session is
   * locked, as in a sign-in, so that the two never wait for each other.
   */
  readonly holdOwner: (sessionId: string) => Promise<User | null>;
  /**
   * The user, if the caller may change others, or null; held. Those who change people do so one after
   * the other, so that two can't each take what they believe to be the last administrator but one.
   */
  readonly lockUserOf: (caller: Principal, id: string) => Promise<User | null>;
  readonly saveStatus: (id: string, status: UserStatus) => Promise<void>;
  /** Whether somebody else than this user keeps people. */
  readonly hasOtherAdministrator: (id: string) => Promise<boolean>;
  readonly findRole: (name: string) => Promise<Role | null>;
  readonly addRole: (userId: string, name: string) => Promise<void>;
  readonly removeRole: (userId: string, name: string) => Promise<void>;
  /** Applies the change to what is known of the address, one after the other. */
  readonly updateFailures: (
    address: Bytes,
    change: (before: SignInFailures | null) => SignInFailures,
  ) => Promise<SignInFailures>;
  readonly forgetFailures: (address: Bytes) => Promise<void>;
  readonly addSession: (session: Session) => Promise<void>;
  readonly saveSession: (session: Session) => Promise<void>;
  /** For the bearer of its token; held, so that two refreshes follow each other. */
  readonly lockSession: (id: string) => Promise<Session | null>;
  /** The session, if the caller may end it, or null; held. */
  readonly lockSessionOf: (caller: Principal, id: string) => Promise<Session | null>;
  /** Ends all of the owner's live sessions, and says which. */
  readonly endLiveSessions: (ownerId: string, now: Date) => Promise<string[]>;
  /** Drops the owner's sessions that were over before then, with their tokens. */
  readonly forgetSessions: (ownerId: string, before: Date) => Promise<void>;
  /** Null when we never gave it out; its use is null until it was used. */
  readonly findToken: (
    token: tokens.TokenKey,
  ) => Promise<{ readonly use: tokens.TokenUse | null } | null>;
  readonly addToken: (token: tokens.TokenKey, now: Date) => Promise<void>;
  readonly useToken: (token: tokens.TokenKey, successorSalt: Bytes, now: Date) => Promise<void>;
  /** Puts the event in the outbox; the relay numbers it in its streams. */
  readonly append: (actor: string, event: IdentityEvent) => void;
  readonly audit: (entry: AuditEntry) => void;
}

export function createIdentityStore(
  database: Database,
  transact: Transact<Transaction>,
  clock: () => Date,
): IdentityStore {
  return {
    findUsers: (caller, ids) => users.findUsers(database, caller, ids),
    findLiveSessions: (caller, ownerIds, now) =>
      sessions.findLiveSessions(database, caller, ownerIds, now),
    findCredential: (email) => users.findCredential(database, email),
    findFailures: (address) => failures.findFailures(database, address),
    commit: async (work) => {
      // Wrapped: `transact` undoes what a bare refusal returned from.
      const { answer } = await transact(async (tx, append) => {
        const entries: AuditEntry[] = [];
        const answer = await work({
          ...bind(tx),
          audit: (entry) => entries.push(entry),
          append: (actor, event) => {
            const { type, ...data } = event;
            append({ type, actor, data, streams: streamsOf(event) });
          },
        });
        await appendAudit(tx, entries, clock());
        return { answer };
      });
      return answer;
    },
  };
}

function bind(tx: Transaction): Omit<IdentityTransaction, 'append' | 'audit'> {
  return {
    holdUser: (id) => users.holdUser(tx, id),
    holdOwner: (sessionId) => users.holdOwner(tx, sessionId),
    lockUserOf: (caller, id) => users.lockUserOf(tx, caller, id),
    saveStatus: (id, status) => users.saveStatus(tx, id, status),
    hasOtherAdministrator: (id) => roles.hasOtherAdministrator(tx, id),
    findRole: (name) => roles.findRole(tx, name),
    addRole: (userId, name) => roles.addRole(tx, userId, name),
    removeRole: (userId, name) => roles.removeRole(tx, userId, name),
    updateFailures: (address, change) => failures.updateFailures(tx, address, change),
    forgetFailures: (address) => failures.forgetFailures(tx, address),
    addSession: (session) => sessions.addSession(tx, session),
    saveSession: (session) => sessions.saveSession(tx, session),
    lockSession: (id) => sessions.lockSession(tx, id),
    lockSessionOf: (caller, id) => sessions.lockSessionOf(tx, caller, id),
    endLiveSessions: (ownerId, now) => sessions.endLiveSessions(tx, ownerId, now),
    forgetSessions: (ownerId, before) => sessions.forgetSessions(tx, ownerId, before),
    findToken: (token) => tokens.findToken(tx, token),
    addToken: (token, now) => tokens.addToken(tx, token, now),
    useToken: (token, salt, now) => tokens.useToken(tx, token, salt, now),
  };
}

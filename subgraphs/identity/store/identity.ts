import type { Principal } from '#auth';
import type { Transact } from '#events';
import type { AuditEntry } from '../domain/audit.ts';
import type { SessionEvent } from '../domain/event.ts';
import type { Session } from '../domain/session.ts';
import type { SignInFailures } from '../domain/sign-in-failures.ts';
import type { User, UserAsSeen } from '../domain/user.ts';
import { appendAudit } from './audit.ts';
import type { Bytes, Database, Transaction } from './database.ts';
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
  readonly readUser: (id: string) => Promise<User | null>;
  /** The user, held: nobody locks the account, or signs it in elsewhere, before the commit. */
  readonly holdUser: (id: string) => Promise<User | null>;
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
  /** Puts the event in the outbox; the relay numbers it in the owner's stream. */
  readonly append: (actor: string, event: SessionEvent) => void;
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
          append: (actor, { type, ...data }) => {
            append({ type, actor, data, streams: [`user:${data.ownerId}`] });
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
    readUser: (id) => users.readUser(tx, id),
    holdUser: (id) => users.holdUser(tx, id),
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

import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { makeId } from '#ids';
import { normalizeEmail } from '../domain/email.ts';
import {
  accountLocked,
  emailInvalid,
  invalidCredentials,
  tooManyAttempts,
} from '../domain/refusals.ts';
import { startSession } from '../domain/session.ts';
import { countFailure, nextAttemptAt } from '../domain/sign-in-failures.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { Parts } from '../parts.ts';
import { issueTokens } from './issue-tokens.ts';

export interface SignIn {
  readonly email: string;
  readonly password: string;
}

/** How long the tokens of a session that is over are still known for what they were. */
const sessionsKeptMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Starts a session for whoever knows the password. Attempts on one address are judged one after the
 * other, so that a burst learns no more than a sequence would; with several processes, one each at once.
 */
export async function signIn(
  parts: Parts,
  caller: Principal,
  { email: typed, password }: SignIn,
): Promise<Tokens | Refusal> {
  const email = normalizeEmail(typed);
  if (email === null) return emailInvalid();
  return await parts.inTurn(email, async () => {
    const { store, passwords, fingerprint, clock } = parts;
    const address = fingerprint(email);
    // Asked too early is not recorded again: the failure that began the wait is.
    const until = nextAttemptAt(await store.findFailures(address), clock());
    if (until !== null) return tooManyAttempts(until);

    const credential = await store.findCredential(email);
    const right = await passwords.isRight(password, credential?.passwordHash ?? null);
    if (credential === null || !right) {
      await recordFailure(parts, caller, address, credential?.userId ?? null);
      return invalidCredentials();
    }
    return await startSessionFor(parts, caller, address, credential.userId);
  });
}

async function recordFailure(
  { store, clock }: Parts,
  caller: Principal,
  address: Uint8Array<ArrayBuffer>,
  userId: string | null,
): Promise<void> {
  await store.commit(async (tx) => {
    const { count } = await tx.updateFailures(address, (before) => countFailure(before, clock()));
    tx.audit({
      actor: caller.id,
      action: 'signIn',
      target: userId,
      outcome: 'FAILURE',
      data: { address: Buffer.from(address).toString('hex'), failures: count },
    });
  });
}

async function startSessionFor(
  parts: Parts,
  caller: Principal,
  address: Uint8Array<ArrayBuffer>,
  userId: string,
): Promise<Tokens | Refusal> {
  const { store, refreshTokens, clock } = parts;
  const started = await store.commit(async (tx) => {
    const user = await tx.holdUser(userId);
    const now = clock();
    if (user?.status !== 'ACTIVE') {
      const data = { reason: 'ACCOUNT_LOCKED' };
      tx.audit({ actor: caller.id, action: 'signIn', target: userId, outcome: 'DENIED', data });
      return accountLocked();
    }
    const session = startSession(makeId('ses', userId, now), userId, now);
    const refreshToken = refreshTokens.make(session.id);
    await tx.forgetFailures(address);
    await tx.forgetSessions(userId, new Date(now.getTime() - sessionsKeptMs));
    await tx.addSession(session);
    await tx.addToken(refreshToken, now);
    tx.append(userId, { type: 'session.started', sessionId: session.id, ownerId: userId });
    tx.audit({
      actor: userId,
      action: 'signIn',
      target: session.id,
      outcome: 'SUCCESS',
      data: {},
    });
    return { user, refreshToken, at: now };
  });
  return started instanceof Refusal ? started : await issueTokens(parts, started);
}

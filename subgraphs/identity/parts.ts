import type { Streams, Transact } from '#events';
import { createTurns, type InTurn } from './actions/in-turn.ts';
import { createAccessTokens, type AccessTokens } from './crypto/access-tokens.ts';
import { createFingerprint, type Fingerprint } from './crypto/fingerprint.ts';
import { createPasswords, type Passwords } from './crypto/passwords.ts';
import { createRefreshTokens, type RefreshTokens } from './crypto/refresh-tokens.ts';
import { createSeal } from './crypto/seal.ts';
import { generateSigningKey, openSigningKey } from './crypto/signing-keys.ts';
import type { Database, Transaction } from './store/database.ts';
import { createIdentityStore, type IdentityStore } from './store/identity.ts';
import { keepSigningKeys } from './store/signing-keys.ts';

/** What actions are given. */
export interface Parts {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
  readonly fingerprint: Fingerprint;
  readonly refreshTokens: RefreshTokens;
  readonly accessTokens: AccessTokens;
  readonly inTurn: InTurn;
  /** The house's events, as the relay has numbered them. */
  readonly streams: Streams;
  /** Aborted when the process stops: no subscription outlives it. */
  readonly signal: AbortSignal;
  readonly clock: () => Date;
}

export interface PartsOptions {
  readonly database: Database;
  readonly transact: Transact<Transaction>;
  readonly streams: Streams;
  readonly signal: AbortSignal;
  readonly clock: () => Date;
  /** Of 32 bytes. */
  readonly sealKey: Uint8Array;
  /** `iss` of access tokens. */
  readonly issuer: string;
  readonly accessTokenSeconds: number;
}

/** Opens the signing keys, making the first one where there is none, and puts everything together. */
export async function createParts(options: PartsOptions): Promise<Parts> {
  const { database, transact, streams, signal, clock } = options;
  const { sealKey, issuer, accessTokenSeconds: lifeSeconds } = options;
  const seal = createSeal(sealKey);
  const now = clock();
  const sealed = await keepSigningKeys(database, () => generateSigningKey(seal, now), now);
  const keys = await Promise.all(sealed.map((key) => openSigningKey(key, seal)));
  return {
    store: createIdentityStore(database, transact, clock),
    passwords: await createPasswords(),
    fingerprint: createFingerprint(sealKey),
    refreshTokens: createRefreshTokens(sealKey),
    accessTokens: createAccessTokens({ issuer, lifeSeconds, keys }),
    inTurn: createTurns(),
    streams,
    signal,
    clock,
  };
}

import { ConfigError } from '#service';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';
import type { SealedSigningKey } from '../domain/signing-key.ts';
import type { Seal } from './seal.ts';

/** A key for access tokens, ready to sign with. */
export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly privateKey: CryptoKey;
  readonly notBefore: Date;
}

/** Ed25519 (RFC 8037). */
export const signatureAlgorithm = 'EdDSA';

export async function generateSigningKey(seal: Seal, now: Date): Promise<SealedSigningKey> {
  const pair = await generateKeyPair(signatureAlgorithm, { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  return {
    kid,
    publicJwk: { ...jwk, kid, alg: signatureAlgorithm, use: 'sig' },
    sealedPrivateJwk: seal.close(purpose(kid), Buffer.from(privateJwk)),
    notBefore: now,
  };
}

/** @throws ConfigError when the key was sealed with another seal key. */
export async function openSigningKey(key: SealedSigningKey, seal: Seal): Promise<SigningKey> {
  const { kid, publicJwk, sealedPrivateJwk, notBefore } = key;
  const privateJwk = JSON.parse(openedBy(seal, kid, sealedPrivateJwk)) as JWK;
  const privateKey = await importJWK(privateJwk, signatureAlgorithm);
  if (privateKey instanceof Uint8Array)
    throw new TypeError(`The signing key ${kid} is no key pair.`);
  return { kid, publicJwk, privateKey, notBefore };
}

function openedBy(seal: Seal, kid: string, sealed: Uint8Array): string {
  try {
    return Buffer.from(seal.open(purpose(kid), sealed)).toString();
  } catch (cause) {
    throw new ConfigError(
      'IDENTITY_SEAL_KEY_FILE',
      'does not open the signing keys in the database; name the file that they were sealed with',
      { cause },
    );
  }
}

function purpose(kid: string): string {
  return `signing key ${kid}`;
}

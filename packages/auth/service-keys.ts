import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';

/** A service's own key pair as JWKs (RFC 7517, RFC 8037): `kid` is the service's name. */
export interface ServiceKeyPair {
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

/** What a service signs internal tokens with. */
export interface ServiceKey {
  /** The service's name: `iss` and `kid` of what it signs. */
  readonly name: string;
  readonly key: CryptoKey;
}

/** The algorithm of all internal tokens (RFC 8037). */
export const internalAlgorithm = 'EdDSA';

export async function generateServiceKeyPair(name: string): Promise<ServiceKeyPair> {
  const pair = await generateKeyPair(internalAlgorithm, { crv: 'Ed25519', extractable: true });
  const common = { kid: name, alg: internalAlgorithm, use: 'sig' };
  return {
    privateJwk: { ...(await exportJWK(pair.privateKey)), ...common },
    publicJwk: { ...(await exportJWK(pair.publicKey)), ...common },
  };
}

/** @throws TypeError when it is not a service's private key. */
export async function importServiceKey(jwk: JWK): Promise<ServiceKey> {
  const key = await importJWK(jwk, internalAlgorithm);
  if (jwk.kid === undefined || key instanceof Uint8Array || key.type !== 'private') {
    throw new TypeError('not the private JWK of a service, with its name as kid');
  }
  return { name: jwk.kid, key };
}

import { SignJWT, type JSONWebKeySet } from 'jose';
import { randomUUID } from 'node:crypto';
import { signingKeyOf } from '../domain/signing-key.ts';
import { signatureAlgorithm, type SigningKey } from './signing-keys.ts';

export interface AccessTokens {
  readonly issue: (grant: Grant, now: Date) => Promise<string>;
  readonly lifeSeconds: number;
  /** What verifies them. */
  readonly jwks: JSONWebKeySet;
}

/** Who signed in, and what the token lets its bearer do. */
export interface Grant {
  readonly userId: string;
  readonly sessionId: string;
  readonly scopes: readonly string[];
}

export interface AccessTokenOptions {
  /** `iss`: the public base address of the deployment. */
  readonly issuer: string;
  readonly lifeSeconds: number;
  readonly keys: readonly SigningKey[];
}

const audience = 'quartermaster';
/** Our own front end; a partner's client will have an id of its own. */
const clientId = 'quartermaster-web';

/** Makes access tokens: JWTs as RFC 9068 has them. */
export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { issuer, lifeSeconds, keys } = options;
  return {
    lifeSeconds,
    jwks: { keys: keys.map(({ publicJwk }) => publicJwk) },
    issue: async ({ userId, sessionId, scopes }, now) => {
      const key = signingKeyOf(keys, now);
      if (key === undefined) throw new Error('No signing key has begun.');
      const issuedAt = Math.floor(now.getTime() / 1000);
      const claims = {
        client_id: clientId,
        scope: scopes.join(' '),
        sid: sessionId,
        // A second is too coarse to tell what was issued before a revocation from what replaces it.
        iat_ms: now.getTime(),
      };
      return await new SignJWT(claims)
        .setProtectedHeader({ alg: signatureAlgorithm, typ: 'at+jwt', kid: key.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifeSeconds)
        .sign(key.privateKey);
    },
  };
}

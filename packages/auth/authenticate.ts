import { AppError } from '#errors';
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import { hash } from 'node:crypto';
import type { Principal } from './principal.ts';
import { internalAlgorithm } from './service-keys.ts';

/** Turns an `Authorization` header into the caller, or throws {@link Unauthenticated}. */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

export interface AuthenticatorOptions {
  /** The public keys of all services, by name. */
  readonly jwks: JSONWebKeySet;
  /** This subgraph's own name: a token made for a sibling is refused. */
  readonly audience: string;
  readonly clock: () => Date;
}

const tokenAgeMax = '60s';
const rememberedMax = 10_000;

/** Accepts internal tokens only (RFC 7519); the person's own token ends at the gateway. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const { jwks, audience, clock } = options;
  const keys = createLocalJWKSet(jwks);
  const remembered = new Map<string, { readonly principal: Principal; readonly until: number }>();

  return async (authorization) => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new Unauthenticated();
    const digest = hash('sha256', token, 'base64');
    const known = remembered.get(digest);
    if (known !== undefined && known.until > clock().getTime()) return known.principal;

    const { principal, until } = await verify(token);
    remembered.set(digest, { principal, until });
    const [oldest] = remembered.keys();
    if (remembered.size > rememberedMax && oldest !== undefined) remembered.delete(oldest);
    return principal;
  };

  async function verify(token: string) {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        algorithms: [internalAlgorithm],
        audience,
        maxTokenAge: tokenAgeMax,
        requiredClaims: ['sub', 'iss', 'exp'],
        currentDate: clock(),
      });
      // A service's key signs in that service's name alone.
      if (payload.iss !== protectedHeader.kid) throw new Unauthenticated();
      const scope = typeof payload['scope'] === 'string' ? payload['scope'] : '';
      const principal: Principal = {
        id: payload.sub ?? '',
        scopes: new Set(scope.split(' ').filter(Boolean)),
        sessionId: typeof payload['sid'] === 'string' ? payload['sid'] : null,
        issuer: payload.iss ?? '',
      };
      return { principal, until: (payload.exp ?? 0) * 1000 };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new Unauthenticated(error);
      throw error;
    }
  }
}

export class Unauthenticated extends AppError {
  override readonly name = 'Unauthenticated';

  constructor(cause?: Error) {
    super('UNAUTHENTICATED', 'Sign in, or sign in again.', { cause });
  }
}

import { anonymous, Unauthenticated, type Principal } from '#auth';
import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';

/** What the bearer of an access token may do, and until when. */
export interface Access {
  readonly caller: Principal;
  /** Null for nobody in particular. */
  readonly expiresAt: Date | null;
}

/**
 * Turns an `Authorization` header into who calls; no header is nobody in particular.
 * @throws Unauthenticated when there is one that is wrong, Unavailable when it can't be told.
 */
export type VerifyAccessToken = (authorization: string | undefined) => Promise<Access>;

export interface AccessTokenOptions {
  readonly keys: JWTVerifyGetKey;
  /** Identity's name, as `iss` has it. */
  readonly issuer: string;
  readonly clock: () => Date;
}

/** Accepts the access tokens that identity makes for this supergraph (RFC 9068), signed by EdDSA alone. */
export function createVerifyAccessToken(options: AccessTokenOptions): VerifyAccessToken {
  const { keys, issuer, clock } = options;

  return async (authorization) => {
    if (authorization === undefined) return { caller: anonymous('gateway'), expiresAt: null };
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new Unauthenticated();
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        issuer,
        audience: 'quartermaster',
        requiredClaims: ['sub', 'exp'],
        currentDate: clock(),
      });
      const { sub, exp = 0, sid, scope } = payload;
      if (typeof sub !== 'string' || sub === '') throw new Unauthenticated();
      return {
        caller: {
          id: sub,
          scopes: new Set(typeof scope === 'string' ? scope.split(' ').filter(Boolean) : []),
          sessionId: typeof sid === 'string' ? sid : null,
          issuer: 'gateway',
        },
        expiresAt: new Date(exp * 1000),
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new Unauthenticated(error);
      throw error;
    }
  };
}

/** Whether a new token is all that is needed. */
export function isExpired(error: unknown): boolean {
  return error instanceof Unauthenticated && error.cause instanceof errors.JWTExpired;
}

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
  /** Who makes the tokens, as `iss` has it. */
  readonly issuer: string;
  /** Whom they are made for, as `aud` has it. */
  readonly audience: string;
  /** How they may be signed (RFC 7518): never by a secret. */
  readonly algorithms: readonly string[];
  /** What their header has to say that they are, if that matters; `at+jwt` by RFC 9068. */
  readonly type?: string;
  readonly clock: () => Date;
}

/** How identity makes access tokens for this supergraph (RFC 9068). */
export const ownTokens = { audience: 'quartermaster', algorithms: ['EdDSA'], type: 'at+jwt' };

/** Accepts the access tokens of one issuer, for one audience. */
export function createVerifyAccessToken(options: AccessTokenOptions): VerifyAccessToken {
  const { keys, issuer, audience, algorithms, type, clock } = options;

  return async (authorization) => {
    if (authorization === undefined) return { caller: anonymous('gateway'), expiresAt: null };
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new Unauthenticated();
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [...algorithms],
        ...(type !== undefined && { typ: type }),
        issuer,
        audience,
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

/** Looks at no token: everybody is nobody in particular. */
export const unverified: VerifyAccessToken = () =>
  Promise.resolve({ caller: anonymous('gateway'), expiresAt: null });

/** Whether a new token is all that is needed. */
export function isExpired(error: unknown): boolean {
  return error instanceof Unauthenticated && error.cause instanceof errors.JWTExpired;
}

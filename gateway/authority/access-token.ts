import { Unauthenticated } from '#auth';
import { decodeJwt, errors } from 'jose';
import { LRUCache } from 'lru-cache';
import { nobody, type Access } from './access.ts';
import { readToken, type TokenIssuer } from './token-issuer.ts';

/**
 * Turns an `Authorization` header into who calls; no header is nobody in particular. A token that is known already
 * makes nobody wait.
 * @throws Unauthenticated when there is one that is wrong, Unavailable when it can't be told.
 */
export type VerifyAccessToken = (authorization: string | undefined) => Access | Promise<Access>;

export interface AccessTokenOptions {
  readonly issuers: readonly TokenIssuer[];
  /** Whether a token that is good otherwise is worth nothing any more; asked each time. */
  readonly isRevoked?: (access: Access) => boolean;
  readonly clock: () => Date;
}

/** A token that was good. */
interface Remembered {
  readonly access: Access;
  /** In milliseconds. */
  readonly until: number;
}

const rememberedMax = 20_000;
/** Of all the tokens together. */
const charactersMax = 20_000_000;
/** So that what was signed with a key that is withdrawn does not live on. */
const rememberedMs = 5 * 60_000;

/** Accepts the access tokens of these issuers; each token is verified once, as long as it is remembered. */
export function createVerifyAccessToken(options: AccessTokenOptions): VerifyAccessToken {
  const { issuers, isRevoked = () => false, clock } = options;
  const byName = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  // By the whole header: that way it is not even taken apart.
  const remembered = new LRUCache<string, Remembered>({
    max: rememberedMax,
    maxSize: charactersMax,
    sizeCalculation: (_remembered, authorization) => authorization.length,
  });

  async function verify(authorization: string, now: Date): Promise<Access> {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new Unauthenticated();
    try {
      // Nothing is believed yet: it says whose keys are to be tried.
      const issuer = byName.get(decodeJwt(token).iss ?? '');
      if (!issuer) throw new Unauthenticated();
      const access = await readToken(token, issuer, now);
      const expiry = access.expiresAt?.getTime() ?? 0;
      remembered.set(authorization, {
        access,
        until: Math.min(expiry, now.getTime() + rememberedMs),
      });
      return unlessRevoked(access);
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new Unauthenticated(error);
      throw error;
    }
  }

  function unlessRevoked(access: Access): Access {
    if (isRevoked(access)) throw new Unauthenticated(new TokenRevoked());
    return access;
  }

  return (authorization) => {
    if (authorization === undefined) return nobody;
    const now = clock();
    const known = remembered.get(authorization);
    return known && now.getTime() < known.until
      ? unlessRevoked(known.access)
      : verify(authorization, now);
  };
}

/** Looks at no token: everybody is nobody in particular. */
export const unverified: VerifyAccessToken = () => nobody;

/** Whether a new token is all that is needed. */
export function isExpired(error: unknown): boolean {
  if (!(error instanceof Unauthenticated)) return false;
  return error.cause instanceof errors.JWTExpired || error.cause instanceof TokenRevoked;
}

class TokenRevoked extends Error {
  override readonly name = 'TokenRevoked';
}

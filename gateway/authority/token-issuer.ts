import { Unauthenticated } from '#auth';
import { jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { nobody, type Access } from './access.ts';

/** Who makes access tokens (JWT, RFC 7519), and what these have to be like. */
export interface TokenIssuer {
  /** As `iss` has it. */
  readonly issuer: string;
  /** Whom they are made for, as `aud` has it. */
  readonly audience: string;
  /** How they may be signed (RFC 7518): never by a secret. */
  readonly algorithms: readonly string[];
  /** What their header has to say that they are, if that matters; `at+jwt` by RFC 9068. */
  readonly type?: string;
  readonly keys: JWTVerifyGetKey;
  /** Whether `sub` and `sid` are ids of our own people and sessions. What others call so is nobody's name here. */
  readonly isOurs: boolean;
}

/** How identity makes access tokens for this supergraph (RFC 9068). */
export const ownTokens = {
  audience: 'quartermaster',
  algorithms: ['EdDSA'],
  type: 'at+jwt',
  isOurs: true,
} satisfies Partial<TokenIssuer>;

/**
 * Reads a token of that issuer's.
 * @throws JOSEError or Unauthenticated when it is a wrong one, Unavailable when that can't be told.
 */
export async function readToken(token: string, by: TokenIssuer, now: Date): Promise<Access> {
  const { payload } = await jwtVerify(token, by.keys, {
    algorithms: [...by.algorithms],
    ...(by.type !== undefined && { typ: by.type }),
    issuer: by.issuer,
    audience: by.audience,
    requiredClaims: ['sub', 'exp'],
    currentDate: now,
  });
  const { sub, sid, exp = 0 } = payload;
  if (typeof sub !== 'string' || sub === '') throw new Unauthenticated();
  const id = by.isOurs ? sub : `${by.issuer}#${sub}`;
  if (isReserved(id)) throw new Unauthenticated();
  const scopes = namesIn(payload['scope'] ?? payload['scp']);
  return {
    caller: {
      id,
      scopes,
      sessionId: by.isOurs && typeof sid === 'string' ? sid : null,
      issuer: 'gateway',
    },
    grants: { isAuthenticated: true, scopes, policies: namesIn(payload['policies']) },
    issuedAt: issuedAtOf(payload),
    expiresAt: new Date(exp * 1000),
  };
}

/** What our services take for nobody, or for one of themselves. */
function isReserved(id: string): boolean {
  return id === nobody.caller.id || id.startsWith('svc_');
}

/** A text with spaces (RFC 8693, 4.2), or a list. */
function namesIn(claim: unknown): ReadonlySet<string> {
  if (typeof claim === 'string') return new Set(claim.split(' ').filter(Boolean));
  return new Set(Array.isArray(claim) ? claim.filter((name) => typeof name === 'string') : []);
}

/** Identity says it to the millisecond: a second holds both what was revoked and what replaces it. */
function issuedAtOf({ iat, iat_ms: ms }: JWTPayload): Date | null {
  if (typeof ms === 'number') return new Date(ms);
  return iat === undefined ? null : new Date(iat * 1000);
}

import { SignJWT } from 'jose';
import type { Principal } from './principal.ts';
import { internalAlgorithm, type ServiceKey } from './service-keys.ts';

/** Makes what a subgraph accepts: the `Authorization` header for a caller and an audience. */
export type Authorize = (principal: Principal, audience: string) => Promise<string>;

/** Half of their life (60 s), so that none expires on its way. */
const reuseMs = 30_000;
const lifeSeconds = 60;
const keptMax = 10_000;

/**
 * Signs internal tokens (RFC 7519): made once for a caller and audience, and reused for 30 seconds.
 * A service vouches for whom it names; only it can sign in its own name.
 */
export function createAuthorize({ name, key }: ServiceKey, clock: () => Date): Authorize {
  const kept = new Map<string, { readonly header: Promise<string>; readonly until: number }>();
  return async ({ id, scopes, sessionId }, audience) => {
    const scope = [...scopes].toSorted().join(' ');
    const about = JSON.stringify([audience, id, sessionId, scope]);
    const now = clock().getTime();
    const known = kept.get(about);
    if (known !== undefined && known.until > now) return await known.header;

    const issuedAt = Math.floor(now / 1000);
    const token = new SignJWT({ scope, ...(sessionId !== null && { sid: sessionId }) })
      .setProtectedHeader({ alg: internalAlgorithm, kid: name })
      .setIssuer(name)
      .setSubject(id)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifeSeconds)
      .sign(key);
    const header = token.then((text) => `Bearer ${text}`);
    kept.delete(about);
    kept.set(about, { header, until: now + reuseMs });
    const [oldest] = kept.keys();
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
    return await header;
  };
}

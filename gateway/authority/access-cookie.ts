import type { IncomingHttpHeaders } from 'node:http';

/** By the prefix, browsers take it from this very host alone, over TLS, and for all of it. */
const name = '__Host-access';
const inHeader = /(?:^|;) *__Host-access=([\w.-]+) *(?:;|$)/;

/** The access token in the cookies, if there is one. */
export function cookieOf({ cookie }: IncomingHttpHeaders): string | undefined {
  return cookie === undefined ? undefined : inHeader.exec(cookie)?.[1];
}

/** `Set-Cookie` (RFC 6265): no script reads it, no other site's page sends it. */
export function accessCookie(token: string, maxAgeSeconds: number): string {
  return `${name}=${token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}`;
}

/** Takes it back. */
export const noAccessCookie = accessCookie('', 0);

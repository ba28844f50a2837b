import { AppError } from '#errors';
import type { IncomingHttpHeaders } from 'node:http';
import { cookieOf } from './access-cookie.ts';

/** No page of another site can make a browser send it without asking first. */
const csrfHeader = 'apollo-require-preflight';

/**
 * What a request says for itself: its `Authorization` header, or else what the access cookie comes to as one.
 * @throws CsrfHeaderRequired when only the cookie speaks, which a browser also sends for pages that nobody trusts.
 */
export function authorizationOf(headers: IncomingHttpHeaders): string | undefined {
  if (headers.authorization !== undefined) return headers.authorization;
  const cookie = cookieOf(headers);
  if (cookie === undefined) return undefined;
  requireCsrfHeader(headers);
  return `Bearer ${cookie}`;
}

/** @throws CsrfHeaderRequired */
export function requireCsrfHeader(headers: IncomingHttpHeaders): void {
  if ((headers[csrfHeader] ?? '') === '') throw new CsrfHeaderRequired();
}

/**
 * What the access cookie of a WebSocket's upgrade comes to as an `Authorization` header. The cookie counts only
 * where the page is of this very host: any page may open a socket, and no header can be asked for.
 */
export function authorizationOfUpgrade(headers: IncomingHttpHeaders): string | undefined {
  const { origin = '', host } = headers;
  const cookie = cookieOf(headers);
  if (cookie === undefined || host === undefined) return undefined;
  return URL.parse(origin)?.host === hostOf(host) ? `Bearer ${cookie}` : undefined;
}

/** As addresses have it: in lower case, and without the usual port. */
function hostOf(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.host;
}

export class CsrfHeaderRequired extends AppError {
  override readonly name = 'CsrfHeaderRequired';

  constructor() {
    super(
      'CSRF_HEADER_REQUIRED',
      `Who signs in by cookie must send a header \`${csrfHeader}\`, such as \`${csrfHeader}: 1\`.`,
    );
  }
}

import type { IncomingHttpHeaders } from 'node:http';

const charactersMax = 200;

/**
 * What a client would rather read, as `Accept-Language` has it (RFC 9110, 12.5.4); undefined where it does not say, or
 * says what no header of that name can.
 */
export function languagesOf(headers: IncomingHttpHeaders): string | undefined {
  const said = headers['accept-language']?.trim();
  if (said === undefined || said === '' || said.length > charactersMax) return undefined;
  return /^[\w\-*,;=. ]+$/.test(said) ? said : undefined;
}

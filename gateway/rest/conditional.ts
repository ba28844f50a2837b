import { hash } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** Sends JSON with a strong ETag, or 304 to who has it already (RFC 9110, 13.1.2). */
export function sendTagged(
  { 'if-none-match': known }: IncomingHttpHeaders,
  response: ServerResponse,
  json: string,
): void {
  const tag = `"${hash('sha256', json, 'base64url')}"`;
  response.setHeader('etag', tag);
  if (known !== undefined && holds(known, tag)) response.writeHead(304).end();
  else sendJsonText(response, json);
}

export function sendJsonText(response: ServerResponse, json: string): void {
  response.setHeader('content-type', 'application/json');
  response.writeHead(200, { 'content-length': Buffer.byteLength(json) }).end(json);
}

/** A proxy that compresses may have made a strong tag weak: they are compared alike. */
function holds(ifNoneMatch: string, tag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}

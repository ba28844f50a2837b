import { HttpError } from './http-error.ts';

/** How the end of a body is known: RFC 9112, section 6.3. */
export type Framing = 'no body' | 'length' | 'chunked' | 'until closed';

export interface ResponseHead {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly framing: Framing;
  /** Of the body, in bytes; where the framing is by length. */
  readonly length: number;
  /** Whether the server closes the connection after this answer. */
  readonly closes: boolean;
  /** How long the server says that it keeps an idle connection. */
  readonly keepAliveMs: number | undefined;
}

const wellFormed =
  /^HTTP\/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[\w!#$%&'*+\-.^`|~]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;

/**
 * Reads a status line and header lines, each with its line end.
 * @throws HttpError of what is malformed, and of what might end in two places.
 */
export function parseHead(text: string): ResponseHead {
  if (!wellFormed.test(text)) throw malformed('it does not begin as an answer of HTTP does');
  const status = Number(text.slice(9, 12));
  const isOld = text.startsWith('HTTP/1.0');
  let contentType: string | undefined;
  let length: number | undefined;
  let isChunked = false;
  let closes = isOld;
  let keepAliveMs: number | undefined;

  let at = text.indexOf('\r\n') + 2;
  while (at < text.length) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    const value = () => text.slice(colon + 1, end);
    switch (text.slice(at, colon).toLowerCase()) {
      case 'content-type':
        contentType ??= value().trim();
        break;
      case 'content-length':
        if (length !== undefined) throw malformed('it has two lengths');
        length = parseLength(value());
        break;
      case 'transfer-encoding':
        // Any other coding is one that we asked for by no `te`, and can't read.
        if (isChunked || isOld || !onlyChunked.test(value())) {
          throw malformed('it is encoded in a way that is not known');
        }
        isChunked = true;
        break;
      case 'connection':
        closes ||= close.test(value());
        break;
      case 'keep-alive':
        keepAliveMs = parseTimeout(value());
        break;
    }
    at = end + 2;
  }

  // One of both may have been smuggled in, and then the answer ends elsewhere.
  if (isChunked && length !== undefined) throw malformed('it has a length and is chunked');
  const framing = framingOf(status, isChunked, length);
  closes ||= framing === 'until closed';
  return { status, contentType, framing, length: length ?? 0, closes, keepAliveMs };
}

export function malformed(message: string): HttpError {
  return new HttpError('HTTP_MALFORMED', message);
}

const lengthOnly = /^[\t ]*(\d{1,15})[\t ]*$/;
const onlyChunked = /^[\t ]*chunked[\t ]*$/i;
const close = /(?:^|[\t ,])close(?:$|[\t ,])/i;
const timeout = /(?:^|[\t ,])timeout=(\d{1,9})/i;

function parseLength(value: string): number {
  const digits = lengthOnly.exec(value)?.[1];
  if (digits === undefined) throw malformed('its length is no number');
  return Number(digits);
}

function parseTimeout(value: string): number | undefined {
  const seconds = timeout.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

function framingOf(status: number, isChunked: boolean, length: number | undefined): Framing {
  if (status < 200 || status === 204 || status === 304) return 'no body';
  if (isChunked) return 'chunked';
  return length === undefined ? 'until closed' : 'length';
}

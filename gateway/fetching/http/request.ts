import { HttpError } from './http-error.ts';

/** A whole request, as a socket writes it. */
export interface HttpMessage {
  readonly content: string | Buffer;
  /** Of a text. */
  readonly encoding: 'latin1' | 'utf8';
}

/** The beginning of all that is posted there. `path` is one of a `URL`, which holds ASCII alone. */
export function postTo(host: string, path: string): string {
  return `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
}

/**
 * Head and body in one piece, for one write. `headers` are names and values in turn.
 * @throws HttpError of a header that HTTP can't carry.
 */
export function writeRequest(start: string, headers: readonly string[], body: string): HttpMessage {
  const bytes = Buffer.byteLength(body);
  const head = `${start}${writeHeaders(headers)}content-length: ${bytes}\r\n\r\n`;
  // Only ASCII has as many bytes as characters; and writing it as latin1 converts nothing.
  if (bytes === body.length) return { content: head + body, encoding: 'latin1' };
  if (isAscii.test(head)) return { content: head + body, encoding: 'utf8' };
  const content = Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
  return { content, encoding: 'latin1' };
}

const token = /^[\w!#$%&'*+\-.^`|~]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const isAscii = /^[\t\r\n\x20-\x7e]*$/;
/** They say where a message ends, or speak of the connection: both are for who writes it. */
const ours =
  /^(?:host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect)$/i;

function writeHeaders(headers: readonly string[]): string {
  let text = '';
  for (let n = 0; n + 1 < headers.length; n += 2) {
    const [name = '', value = ''] = [headers[n], headers[n + 1]];
    if (!token.test(name) || !fieldValue.test(value) || ours.test(name)) {
      throw new HttpError('HTTP_NOT_SENDABLE', `the header ${JSON.stringify(name)} can't be sent`);
    }
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

import { bodyOf, type Body } from './body.ts';
import { malformed, parseHead, type ResponseHead } from './response-head.ts';
import { HttpError } from './http-error.ts';

export interface HttpResponse {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
  /** Whether the connection is of no use after it. */
  readonly closes: boolean;
  /** How long the server says that it keeps an idle connection. */
  readonly keepAliveMs: number | undefined;
}

/** Of one answer, those in the interim included. */
const headBytesMax = 64 * 2 ** 10;

/** Makes answers of bytes, wherever their pieces part; one after the other. */
export class ResponseReader {
  readonly #bytesMax: number;
  /** The beginning of a head. */
  #held: Buffer | undefined;
  #headBytes = 0;
  /** What goes on. */
  #begun: { readonly head: ResponseHead; readonly body: Body } | undefined;

  constructor({ bytesMax }: { /** Of a body. */ readonly bytesMax: number }) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Takes the next piece, whose memory may be another's afterwards; answers with the response when
   * that ends in it.
   * @throws HttpError; nothing can be read from the connection then.
   */
  read(piece: Buffer): HttpResponse | undefined {
    if (this.#begun !== undefined) {
      return this.#readBody(piece, 0, this.#begun.head, this.#begun.body);
    }
    const bytes = this.#held === undefined ? piece : Buffer.concat([this.#held, piece]);
    this.#held = undefined;
    let from = 0;
    for (;;) {
      const end = bytes.indexOf('\r\n\r\n', from, 'latin1');
      this.#checkHeadLength(end === -1 ? bytes.length - from : end + 4 - from);
      if (end === -1) {
        this.#hold(bytes, from);
        return undefined;
      }
      const head = parseHead(bytes.toString('latin1', from, end + 2));
      this.#headBytes += end + 4 - from;
      from = end + 4;
      if (head.status >= 200) return this.#readFirst(bytes, from, head);
      if (head.status === 101) throw malformed('it speaks another protocol now');
    }
  }

  /** The connection ended: the response that ends with it, if it does. */
  end(): HttpResponse | undefined {
    if (this.#begun?.body.endsWithConnection !== true) return undefined;
    return this.#finish(this.#begun.head, this.#begun.body.text(), false);
  }

  #checkHeadLength(bytes: number): void {
    if (this.#headBytes + bytes <= headBytesMax) return;
    throw new HttpError('HTTP_TOO_LONG', 'the headers are longer than is taken');
  }

  #hold(bytes: Buffer, from: number): void {
    if (from === bytes.length) return;
    const text = bytes.toString('latin1', from);
    // Or we would wait for an end that never comes.
    if (!beginsAsHead(text)) throw malformed('it does not begin as an answer of HTTP does');
    this.#held = Buffer.from(bytes.subarray(from));
  }

  /** Nearly always it is all there. */
  #readFirst(bytes: Buffer, from: number, head: ResponseHead): HttpResponse | undefined {
    const { framing, length } = head;
    if (framing === 'no body') return this.#finish(head, '', bytes.length > from);
    const end = from + length;
    if (framing === 'length' && end <= bytes.length && length <= this.#bytesMax) {
      return this.#finish(head, bytes.toString('utf8', from, end), bytes.length > end);
    }
    const body = bodyOf(head, this.#bytesMax);
    this.#begun = { head, body };
    return this.#readBody(bytes, from, head, body);
  }

  #readBody(piece: Buffer, from: number, head: ResponseHead, body: Body): HttpResponse | undefined {
    const end = body.read(piece, from);
    return end === -1 ? undefined : this.#finish(head, body.text(), piece.length > end);
  }

  /** More than an answer is none to any question of ours. */
  #finish(head: ResponseHead, text: string, isMore: boolean): HttpResponse {
    const { status, contentType, closes, keepAliveMs } = head;
    this.#headBytes = 0;
    this.#begun = undefined;
    return { status, contentType, text, closes: closes || isMore, keepAliveMs };
  }
}

const start = 'HTTP/1.';
const bareLineFeed = /(?:^|[^\r])\n/;

function beginsAsHead(text: string): boolean {
  const isStart = text.length < start.length ? start.startsWith(text) : text.startsWith(start);
  return isStart && !bareLineFeed.test(text);
}

import { HttpError } from './http-error.ts';
import { malformed, type ResponseHead } from './response-head.ts';

/** The body of an answer that comes in pieces. */
export interface Body {
  /**
   * Takes what belongs to it, from `from` on.
   * @returns The index after its end, or -1 when there is more to come.
   * @throws HttpError of what is malformed or too long.
   */
  read(piece: Buffer, from: number): number;
  /** Whether it ends where the connection does. */
  readonly endsWithConnection: boolean;
  text(): string;
}

/** @throws HttpError when it says itself that it is too long. */
export function bodyOf({ framing, length }: ResponseHead, bytesMax: number): Body {
  if (framing === 'chunked') return new ChunkedBody(bytesMax);
  if (framing === 'until closed') return new BodyUntilClosed(bytesMax);
  return new BodyOfLength(length, bytesMax);
}

/** Bytes that are put together. Pieces are copied, for the next ones come in the same memory. */
class Bytes {
  readonly #bytesMax: number;
  #memory: Buffer;
  length = 0;

  constructor(bytesMax: number, expected: number) {
    if (expected > bytesMax) throw tooLong();
    this.#bytesMax = bytesMax;
    this.#memory = Buffer.allocUnsafe(expected);
  }

  append(piece: Buffer, from: number, to: number): void {
    const length = this.length + to - from;
    if (length > this.#bytesMax) throw tooLong();
    if (length > this.#memory.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#memory.length));
      this.#memory.copy(larger, 0, 0, this.length);
      this.#memory = larger;
    }
    piece.copy(this.#memory, this.length, from, to);
    this.length = length;
  }

  /** Decoded at the end, for a piece may end within a character. */
  toString(): string {
    return this.#memory.toString('utf8', 0, this.length);
  }
}

function tooLong(): HttpError {
  return new HttpError('HTTP_TOO_LONG', 'the answer is longer than is taken');
}

class BodyOfLength implements Body {
  readonly endsWithConnection = false;
  readonly #length: number;
  readonly #bytes: Bytes;

  constructor(length: number, bytesMax: number) {
    this.#length = length;
    this.#bytes = new Bytes(bytesMax, length);
  }

  read(piece: Buffer, from: number): number {
    const end = from + this.#length - this.#bytes.length;
    this.#bytes.append(piece, from, Math.min(end, piece.length));
    return end <= piece.length ? end : -1;
  }

  text(): string {
    return this.#bytes.toString();
  }
}

class BodyUntilClosed implements Body {
  readonly endsWithConnection = true;
  readonly #bytes: Bytes;

  constructor(bytesMax: number) {
    this.#bytes = new Bytes(bytesMax, 0);
  }

  read(piece: Buffer, from: number): number {
    this.#bytes.append(piece, from, piece.length);
    return -1;
  }

  text(): string {
    return this.#bytes.toString();
  }
}

const lineFeed = 0x0a;
/** Of all the lines around the chunks, beside their sizes. */
const extensionBytesMax = 16 * 2 ** 10;
const sizeLine = /^(0*[0-9a-f]{1,8})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n$/i;
/** What may become one. */
const sizeLineSoFar = /^0*[0-9a-f]{0,8}[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r?$/i;
const trailerLine = /^(?:[\w!#$%&'*+\-.^`|~]+:[\t\x20-\x7e\x80-\xff]*)?\r\n$/;

/** RFC 9112, section 7.1. Extensions and trailers are checked, and mean nothing to us. */
class ChunkedBody implements Body {
  readonly endsWithConnection = false;
  readonly #bytes: Bytes;
  #expects: 'size' | 'data' | 'end of chunk' | 'trailer' = 'size';
  /** Of the chunk. */
  #left = 0;
  /** As far as it has come. */
  #line = '';
  #extensionBytes = 0;

  constructor(bytesMax: number) {
    this.#bytes = new Bytes(bytesMax, 0);
  }

  read(piece: Buffer, from: number): number {
    let at = from;
    while (at < piece.length) {
      if (this.#expects === 'data') {
        const end = Math.min(at + this.#left, piece.length);
        this.#bytes.append(piece, at, end);
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#expects = 'end of chunk';
        continue;
      }
      const feed = piece.indexOf(lineFeed, at);
      const end = feed === -1 ? piece.length : feed + 1;
      this.#extend(end - at);
      this.#line += piece.toString('latin1', at, end);
      at = end;
      if (feed === -1) this.#checkSoFar();
      else if (this.#endLine()) return at;
    }
    return -1;
  }

  text(): string {
    return this.#bytes.toString();
  }

  #extend(bytes: number): void {
    this.#extensionBytes += bytes;
    if (this.#expects === 'end of chunk' && bytes > 2) throw malformed('a chunk is too long');
    // However small the chunks, their sizes may be told.
    if (this.#extensionBytes > extensionBytesMax + 16 * this.#bytes.length) throw tooLong();
  }

  /** So that nobody waits for the end of a line that can't be one. */
  #checkSoFar(): void {
    if (this.#expects === 'end of chunk' && this.#line !== '\r') throw malformedChunk();
    if (this.#expects === 'size' && !sizeLineSoFar.test(this.#line)) throw malformedChunk();
  }

  /** Whether it was the last. */
  #endLine(): boolean {
    const line = this.#line;
    this.#line = '';
    if (this.#expects === 'end of chunk') {
      if (line !== '\r\n') throw malformedChunk();
      this.#expects = 'size';
      return false;
    }
    if (this.#expects === 'trailer') {
      if (!trailerLine.test(line)) throw malformedChunk();
      return line === '\r\n';
    }
    const size = sizeLine.exec(line)?.[1];
    if (size === undefined) throw malformedChunk();
    this.#left = Number.parseInt(size, 16);
    this.#expects = this.#left === 0 ? 'trailer' : 'data';
    return false;
  }
}

function malformedChunk(): HttpError {
  return malformed('a chunk is malformed');
}

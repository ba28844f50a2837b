import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HttpError } from './http-error.ts';
import { ResponseReader, type HttpResponse } from './response-reader.ts';

const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 12 });
const printable = fc.string({
  unit: fc.constantFrom(...letters, ' ', '\t', ';', '"', ',', '=', 'é', '~'),
});

/** None of those that mean something. */
const headers = fc.array(
  fc.tuple(word, printable).map(([name, value]) => `x-${name}: ${value}\r\n`),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.string({ unit: fc.constantFrom('日', '🚀', 'é', 'a', '\r', '\n', '0'), maxLength: 300 }),
);

const interim = fc.array(
  fc.tuple(fc.constantFrom(100, 102, 103), headers).map(([status, lines]) => {
    return `HTTP/1.1 ${status} Soon\r\n${lines.join('')}\r\n`;
  }),
  { maxLength: 3 },
);

interface Answer {
  readonly bytes: Buffer;
  readonly text: string;
  readonly endsWithConnection: boolean;
}

type Framed = Pick<Answer, 'endsWithConnection'> & {
  readonly header: string;
  readonly body: Buffer;
};

function ofLength(content: string): fc.Arbitrary<Framed> {
  const body = Buffer.from(content);
  return fc.constantFrom('Content-Length', 'content-length').map((name) => ({
    header: `${name}: ${body.length}\r\n`,
    body,
    endsWithConnection: false,
  }));
}

function inChunks(content: string): fc.Arbitrary<Framed> {
  const body = Buffer.from(content);
  return fc.tuple(sizes, fc.array(printable), headers).map(([lengths, extensions, trailers]) => {
    const chunks = cut(body, lengths).filter((chunk) => chunk.length > 0);
    const extension = (n: number) => (extensions[n] === undefined ? '' : `;${extensions[n]}`);
    const parts = chunks.flatMap((chunk, n) => [
      Buffer.from(`${chunk.length.toString(16)}${extension(n)}\r\n`, 'latin1'),
      chunk,
      Buffer.from('\r\n'),
    ]);
    const end = `0${extension(chunks.length)}\r\n${trailers.join('')}\r\n`;
    return {
      header: 'Transfer-Encoding: chunked\r\n',
      body: Buffer.concat([...parts, Buffer.from(end, 'latin1')]),
      endsWithConnection: false,
    };
  });
}

function untilClosed(content: string): fc.Arbitrary<Framed> {
  return fc.constant({ header: '', body: Buffer.from(content), endsWithConnection: true });
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }));

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const length of lengths) {
    if (from >= bytes.length) break;
    pieces.push(bytes.subarray(from, from + length));
    from += length;
  }
  pieces.push(bytes.subarray(from));
  return pieces;
}

const answers: fc.Arbitrary<Answer> = text.chain((content) =>
  fc
    .tuple(
      interim,
      headers,
      headers,
      fc.oneof(ofLength(content), inChunks(content), untilClosed(content)),
    )
    .map(([before, some, more, { header, body, endsWithConnection }]) => {
      const head = `HTTP/1.1 200 OK\r\n${some.join('')}${header}${more.join('')}\r\n`;
      const bytes = Buffer.concat([Buffer.from(before.join('') + head, 'latin1'), body]);
      return { bytes, text: content, endsWithConnection };
    }),
);

/** All pieces come in the same memory, as they do from a socket. */
const memory = Buffer.alloc(100_000);

function read(reader: ResponseReader, pieces: readonly Buffer[]): HttpResponse | undefined {
  for (const [n, piece] of pieces.entries()) {
    if (piece.length === 0) continue; // no socket has read nothing
    piece.copy(memory);
    const response = reader.read(memory.subarray(0, piece.length));
    memory.fill('!', 0, piece.length);
    if (response === undefined) continue;
    const rest = pieces.slice(n + 1);
    return { ...response, closes: response.closes || rest.some(({ length }) => length > 0) };
  }
  return undefined;
}

const open = () => new ResponseReader({ bytesMax: 10_000 });

test('an answer is the same, wherever its pieces part', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(answers, sizes), { minLength: 1, maxLength: 3 }), (script) => {
      const reader = open(); // one after the other over one connection
      for (const [answer, lengths] of script) {
        let response = read(reader, cut(answer.bytes, lengths));
        if (answer.endsWithConnection) {
          expect(response).toBeUndefined();
          response = reader.end();
        }
        expect(response).toMatchObject({
          status: 200,
          text: answer.text,
          closes: answer.endsWithConnection,
        });
      }
    }),
    { numRuns: 200 },
  );
});

test('an answer that breaks off is none', () => {
  const broken = answers
    .filter((answer) => !answer.endsWithConnection)
    .chain(({ bytes }) => fc.nat({ max: bytes.length - 1 }).map((end) => bytes.subarray(0, end)));
  fc.assert(
    fc.property(broken, sizes, (bytes, lengths) => {
      const reader = open();
      expect(read(reader, cut(bytes, lengths))).toBeUndefined();
      expect(reader.end()).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test('what is malformed is so wherever its pieces part', () => {
  const wrong = fc
    .tuple(answers, fc.nat(), fc.constantFrom('', '\0', '\r', '\n', ' ', ':', ';', 'z', '1'))
    .map(([{ bytes }, at, other]) => {
      const n = at % bytes.length;
      return Buffer.concat([
        bytes.subarray(0, n),
        Buffer.from(other, 'latin1'),
        bytes.subarray(n + 1),
      ]);
    });
  fc.assert(
    fc.property(wrong, sizes, (bytes, lengths) => {
      expect(outcome(cut(bytes, lengths))).toEqual(outcome([bytes]));
    }),
    { numRuns: 500 },
  );
});

function outcome(pieces: readonly Buffer[]): unknown {
  const reader = open();
  try {
    return read(reader, pieces) ?? reader.end();
  } catch (error) {
    expect(error).toBeInstanceOf(HttpError);
    return 'refused';
  }
}

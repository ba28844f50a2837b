import type { ImportProblem } from '../domain/catalogue-import.ts';
import { RowProblem, type Format, type SourceRow } from '../domain/importing/source-row.ts';
import { CsvParser, type CsvFault, type CsvRecord } from './csv-parser.ts';
import { LineCutter } from './line-cutter.ts';

/** A row is read whole, so this much of it is held. */
const rowBytesMax = 1024 * 1024;

/** Thrown where a source can't be read at all, or no further. */
export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource';
  readonly problem: ImportProblem;

  constructor(problem: ImportProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Reads a source row by row. @throws UnreadableSource where it isn't what its format says. */
export async function* readRows(
  bytes: AsyncIterable<Uint8Array>,
  format: Format,
): AsyncGenerator<SourceRow | RowProblem, void, void> {
  yield* format.isCsv ? readCsv(bytes, format) : readJsonLines(bytes);
}

async function* readCsv(bytes: AsyncIterable<Uint8Array>, format: Format) {
  const parser = new CsvParser(rowBytesMax);
  let header: readonly string[] | null = null;
  let row = 0;
  for await (const records of eachCut(bytes, parser)) {
    for (const record of records) {
      row += 1;
      if (header === null) header = readHeader(record, format);
      else if (record.fault !== null || record.cells.some((cell) => cell !== '')) {
        yield readRecord(row, header, record);
      }
    }
  }
  if (header === null) readHeader({ cells: [], fault: null }, format);
}

function readHeader({ cells, fault }: CsvRecord, format: Format): readonly string[] {
  const header = cells.map((cell) => decoded(cell) ?? '');
  const column = format.missingColumn(header);
  if (fault === null && column === null) return header;
  const message = `${column ?? 'header'}: there is no such column. Give a CSV file in UTF-8, with commas and a header.`;
  throw new UnreadableSource(new RowProblem(1, column, 'MISSING_COLUMN', message));
}

function readRecord(
  row: number,
  header: readonly string[],
  { cells, fault }: CsvRecord,
): SourceRow | RowProblem {
  if (fault !== null) return faultProblem(row, header, fault);
  if (cells.length !== header.length) {
    const field = header[Math.min(cells.length, header.length - 1)] ?? null;
    const message = `${field ?? ''}: the row has ${cells.length} cells, and the header ${header.length}.`;
    return new RowProblem(row, field, 'WRONG_CELL_COUNT', message);
  }
  const texts = cells.map(decoded);
  const bad = texts.indexOf(null);
  if (bad !== -1) return encodingProblem(row, header[bad] ?? null);
  return { row, cells: Object.fromEntries(header.map((column, nth) => [column, texts[nth]])) };
}

function faultProblem(row: number, header: readonly string[], fault: CsvFault): RowProblem {
  const field = header[Math.min(fault.column, header.length - 1)] ?? null;
  const [code, remedy] = {
    'too long': ['ROW_TOO_LONG', `the row is longer than ${rowBytesMax} bytes here.`],
    'bad quotes': [
      'BAD_QUOTES',
      'something follows the closing quote: write a quote inside as two.',
    ],
    'quote never closed': ['BAD_QUOTES', 'the quote that opens here is never closed.'],
  }[fault.kind] as [string, string];
  return new RowProblem(row, field, code, `${field ?? ''}: ${remedy}`);
}

async function* readJsonLines(bytes: AsyncIterable<Uint8Array>) {
  let row = 0;
  for await (const lines of eachCut(bytes, new LineCutter(rowBytesMax))) {
    for (const { text, isTooLong } of lines) {
      row += 1;
      if (isTooLong) {
        const field = lastKey(text);
        const message = `${field}: the line is longer than ${rowBytesMax} bytes here.`;
        yield new RowProblem(row, field, 'ROW_TOO_LONG', message);
      } else if (text.trim() !== '') yield readLine(row, text);
    }
  }
}

function readLine(row: number, raw: string): SourceRow | RowProblem {
  const text = decoded(raw);
  if (text === null) {
    const [before = ''] = raw.split(/[\x80-\xff]/, 1);
    return encodingProblem(row, lastKey(before));
  }
  try {
    const cells = JSON.parse(text) as unknown;
    const unkeepable = escapes.exec(JSON.stringify(cells));
    if (unkeepable === null) return { row, cells };
    const field = lastKey(unkeepable.input.slice(0, unkeepable.index));
    const message = `${field}: U+0000 and half of a surrogate pair can't be kept.`;
    return new RowProblem(row, field, 'NOT_UTF8', message);
  } catch (error) {
    const notFinite = /"([^"\\]+)"\s*:\s*-?(?:NaN|Infinity)\b/.exec(text)?.[1];
    if (notFinite !== undefined) {
      const message = `${notFinite}: give a number, which NaN and Infinity are not.`;
      return new RowProblem(row, notFinite, 'NOT_A_NUMBER', message);
    }
    const field = lastKey(text);
    const why = error instanceof Error ? error.message : String(error);
    return new RowProblem(row, field, 'NOT_JSON', `${field}: the line is not JSON: ${why}`);
  }
}

/** What JSON can say and PostgreSQL can't keep; of a backslash that is text, JSON makes two. */
const escapes = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** The name that was read last, near which the trouble is. */
function lastKey(text: string): string {
  let last = '(line)';
  for (const [, key = ''] of text.matchAll(/"([^"\\]{1,100})"\s*:/g)) last = key;
  return last;
}

/** UTF-8 from a character for each byte; null where it is none, or PostgreSQL can't keep it. */
function decoded(text: string): string | null {
  if (text.includes('\0')) return null;
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    return utf8.decode(Buffer.from(text, 'latin1'));
  } catch {
    return null;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function encodingProblem(row: number, field: string | null): RowProblem {
  const message = `${field ?? ''}: this is not UTF-8; it may be Latin-1. Save the file as UTF-8.`;
  return new RowProblem(row, field, 'NOT_UTF8', message);
}

interface Cutter<Piece> {
  push(text: string): Iterable<Piece>;
  end(): Piece | null;
}

const byteOrderMark = '\u00ef\u00bb\u00bf';

/** What the cutter makes of each chunk; a byte order mark is left out. */
async function* eachCut<Piece>(
  bytes: AsyncIterable<Uint8Array>,
  cutter: Cutter<Piece>,
): AsyncGenerator<Iterable<Piece>, void, void> {
  let start: string | null = '';
  for await (const chunk of bytes) {
    let text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    if (start !== null) {
      start += text;
      if (start.length < byteOrderMark.length) continue;
      text = withoutMark(start);
      start = null;
    }
    yield cutter.push(text);
  }
  if (start !== null) yield cutter.push(withoutMark(start));
  const last = cutter.end();
  if (last !== null) yield [last];
}

function withoutMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
}

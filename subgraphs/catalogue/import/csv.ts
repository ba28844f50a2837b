import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';

/** Reads a CSV file with a header, a row at a time. @throws BadSource where the file is not as it should be. */
export async function* readCsv(path: string): AsyncGenerator<CsvRow, void, void> {
  const file = createReadStream(path);
  const parser = parse({ columns: true, info: true, bom: true, skip_empty_lines: true });
  file.once('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of file.pipe(parser) as AsyncIterable<Parsed>) {
      yield new CsvRow(`${path}, line ${info.lines}`, record);
    }
  } catch (error) {
    if (error instanceof BadSource || !(error instanceof Error)) throw error;
    throw new BadSource(path, error.message, { cause: error });
  } finally {
    file.destroy();
  }
}

/** One row; its cells are read by column and checked on the way. */
export class CsvRow {
  readonly #place: string;
  readonly #cells: Readonly<Record<string, string | undefined>>;

  constructor(place: string, cells: Readonly<Record<string, string | undefined>>) {
    this.#place = place;
    this.#cells = cells;
  }

  text(column: string): string {
    return this.optional(column) ?? this.#fail(`${column} is empty`);
  }

  /** Null where the cell is empty. */
  optional(column: string): string | null {
    const cell = this.#cells[column] ?? this.#fail(`there is no column ${column}`);
    return cell === '' ? null : cell;
  }

  /** An exact decimal number, with the digits that it is written with. */
  decimal(column: string): string {
    const cell = this.text(column);
    return /^\d+(\.\d+)?$/.test(cell) ? cell : this.#fail(`${column} is no number: ${cell}`);
  }

  boolean(column: string): boolean {
    const cell = this.text(column);
    if (cell !== 'true' && cell !== 'false') this.#fail(`${column} is not true or false: ${cell}`);
    return cell === 'true';
  }

  #fail(problem: string): never {
    throw new BadSource(this.#place, problem);
  }
}

/** What is to be imported is not as it should be: says where, and what. */
export class BadSource extends Error {
  override readonly name = 'BadSource';

  constructor(place: string, problem: string, options?: ErrorOptions) {
    super(`${place}: ${problem}`, options);
  }
}

interface Parsed {
  readonly record: Readonly<Record<string, string | undefined>>;
  readonly info: { readonly lines: number };
}

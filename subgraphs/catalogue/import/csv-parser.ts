/** A row as it stands in the file, whatever its encoding: a character for each byte. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** What is wrong with it, and in which cell; its cells are incomplete then. */
  readonly fault: CsvFault | null;
}

export interface CsvFault {
  readonly kind: 'too long' | 'bad quotes' | 'quote never closed';
  /** From 0. */
  readonly column: number;
}

const specialInPlain = /[,\n]/g;

/**
 * Cuts CSV (RFC 4180) into rows as its text arrives, and holds no more of a row than `rowLengthMax`. A row
 * that is wrong has a fault; reading goes on with the next.
 */
export class CsvParser {
  readonly #rowLengthMax: number;
  #cells: string[] = [];
  #cell = '';
  /** Of the row, quotes and commas included. */
  #length = 0;
  #column = 0;
  #state: 'start' | 'plain' | 'quoted' | 'quote in quoted' = 'start';
  #fault: CsvFault | null = null;

  constructor(rowLengthMax: number) {
    this.#rowLengthMax = rowLengthMax;
  }

  /** The rows that end in this text. */
  *push(text: string): Generator<CsvRecord, void, void> {
    let at = 0;
    while (at < text.length) {
      if (this.#state === 'quoted') {
        const quote = text.indexOf('"', at);
        const end = quote === -1 ? text.length : quote;
        this.#keep(text.slice(at, end));
        at = end + 1;
        if (quote !== -1) this.#state = 'quote in quoted';
        continue;
      }
      const letter = text.charAt(at);
      if (letter === '"' && this.#state !== 'plain') {
        if (this.#state === 'quote in quoted') this.#keep('"');
        this.#state = 'quoted';
        at += 1;
      } else if (letter === ',') {
        this.#endCell();
        at += 1;
      } else if (letter === '\n') {
        yield this.#endRow();
        at += 1;
      } else if (this.#state === 'quote in quoted') {
        if (letter.trim() !== '') {
          this.#blame('bad quotes'); // but blanks may follow, such as \r
          this.#state = 'plain';
        }
        at += 1;
      } else {
        specialInPlain.lastIndex = at;
        const end = specialInPlain.exec(text)?.index ?? text.length;
        this.#state = 'plain';
        this.#keep(text.slice(at, end));
        at = end;
      }
    }
  }

  /** The last row, if it has no line end. */
  end(): CsvRecord | null {
    if (this.#state === 'quoted') this.#blame('quote never closed');
    return this.#length === 0 && this.#column === 0 ? null : this.#endRow();
  }

  #keep(text: string): void {
    this.#length += text.length;
    if (this.#length > this.#rowLengthMax) this.#blame('too long');
    if (this.#fault === null) this.#cell += text;
    else this.#cell = '';
  }

  #endCell(): void {
    if (this.#fault === null) this.#cells.push(this.#cell.trim());
    this.#cell = '';
    this.#state = 'start';
    this.#column += 1;
    this.#length += 1;
  }

  #endRow(): CsvRecord {
    this.#endCell();
    const row = { cells: this.#cells, fault: this.#fault };
    this.#cells = [];
    this.#length = 0;
    this.#column = 0;
    this.#fault = null;
    return row;
  }

  #blame(kind: CsvFault['kind']): void {
    this.#fault ??= { kind, column: this.#column };
  }
}

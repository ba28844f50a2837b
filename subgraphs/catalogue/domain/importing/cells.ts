import { isCurrency } from '../filter.ts';
import { isSlug, nameLengthMax, valueLengthMax } from '../names.ts';
import type { RowCells } from './instance-record.ts';

/** Thrown by what reads a row, and told of that row: which cell is wrong, and what to give instead. */
export class BadCell extends Error {
  override readonly name = 'BadCell';
  readonly field: string;
  /** One of the documented codes of problems. */
  readonly code: string;

  constructor(field: string, code: string, message: string) {
    super(`${field}: ${message}`);
    this.field = field;
    this.code = code;
  }
}

/** A row of a CSV file. A column that the file doesn't have is empty. */
export class Cells implements RowCells {
  readonly #cells: Readonly<Record<string, string | undefined>>;

  constructor(cells: unknown) {
    this.#cells = cells as Readonly<Record<string, string>>; // as our own reader wrote them
  }

  has(column: string): boolean {
    return column in this.#cells;
  }

  text(column: string): string {
    const cell = this.optional(column);
    if (cell === null) throw new BadCell(column, 'EMPTY', 'must not be empty.');
    return cell;
  }

  optional(column: string): string | null {
    const cell = this.#cells[column] ?? '';
    return cell === '' ? null : cell;
  }

  decimal(column: string): string {
    return checkDecimal(column, this.text(column));
  }

  boolean(column: string): boolean {
    const cell = this.text(column).toLowerCase();
    if (cell === 'true' || cell === 'false') return cell === 'true';
    throw new BadCell(column, 'NOT_A_BOOLEAN', `give true or false, not ${shown(cell)}.`);
  }
}

/** @throws BadCell unless it is an exact amount: digits, and at most one point. */
export function checkDecimal(field: string, text: string): string {
  if (/^\d{1,20}(\.\d{1,12})?$/.test(text)) return text;
  throw new BadCell(field, 'NOT_A_NUMBER', `give a number such as 12.50, not ${shown(text)}.`);
}

export function checkCurrency(field: string, text: string): string {
  if (isCurrency(text)) return text;
  const remedy = `give an ISO 4217 code such as USD, not ${shown(text)}.`;
  throw new BadCell(field, 'UNKNOWN_CURRENCY', remedy);
}

export function checkSlug(field: string, text: string): string {
  if (isSlug(text)) return text;
  const remedy = `give small letters, digits and single hyphens, ${nameLengthMax} at most, not ${shown(text)}.`;
  throw new BadCell(field, 'BAD_SLUG', remedy);
}

export function checkUrl(field: string, text: string): string {
  if (text.length <= urlLengthMax && /^https?:\/\/[^\s"<>\\^`{|}]+$/.test(text)) return text;
  const remedy = `give a web address such as https://example.com/a.jpg, not ${shown(text)}.`;
  throw new BadCell(field, 'BAD_URL', remedy);
}

const urlLengthMax = 2_000;

/** Names and SKUs are short enough to be indexed, and so are the values of characteristics. */
export function checkLength(field: string, text: string, lengthMax = nameLengthMax): string {
  if (text.length <= lengthMax) return text;
  throw new BadCell(field, 'TOO_LONG', `give ${lengthMax} characters at most.`);
}

export function checkValue(field: string, text: string): string {
  return checkLength(field, text, valueLengthMax);
}

const shownMax = 40;

/** What was given, short enough to be read. */
export function shown(text: string): string {
  return JSON.stringify(text.length > shownMax ? `${text.slice(0, shownMax)}…` : text);
}

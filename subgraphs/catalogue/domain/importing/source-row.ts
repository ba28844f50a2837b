import type { ImportProblem } from '../catalogue-import.ts';
import type { ProductRecord } from '../product-record.ts';
import { BadCell } from './cells.ts';

/** What the rows of a source say. */
export interface Format {
  readonly isCsv: boolean;
  /** A column that a file with this header lacks, or null; of CSV alone. */
  missingColumn(header: readonly string[]): string | null;
  /** The slug of the product that the row is about. @throws BadCell */
  slugOf(cells: unknown): string;
  /** Whether what is known of a product stays where a source doesn't name it. */
  readonly addsToKnown: boolean;
  /** Where SKUs come from. */
  readonly skuField: string;
  productOf(rows: readonly SourceRow[], settings: ProductSettings): Landing;
}

export interface SourceRow {
  readonly row: number;
  /** A JSON value: of CSV an object of columns. */
  readonly cells: unknown;
}

export interface ProductSettings {
  /** What is known of the product now. */
  readonly known: ProductRecord | null;
  readonly shopCurrency: string;
  /** Why a JSON Schema can't be used, or null. */
  readonly reasonAgainst: (schema: object) => string | null;
}

/** What becomes of a product's rows: those without a problem are in the record. */
export interface Landing {
  readonly record: ProductRecord | null;
  readonly problems: readonly ImportProblem[];
  /** By SKU the row that has it; else it is the product's first. */
  readonly rowOf?: ReadonlyMap<string, number>;
}

/** Reads one row; where it is wrong, tells why instead. */
export function readRow<Value>(row: number, read: () => Value): Value | RowProblem {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BadCell)) throw error;
    const { field, code, message } = error;
    return new RowProblem(row, field, code, message);
  }
}

export class RowProblem implements ImportProblem {
  readonly row: number;
  readonly field: string | null;
  readonly code: string;
  readonly message: string;

  constructor(row: number, field: string | null, code: string, message: string) {
    this.row = row;
    this.field = field;
    this.code = code;
    this.message = message;
  }
}

import { BadCell, shown } from './cells.ts';

/** A JSON value in its place; each call throws BadCell where it is not what is asked for. */
export class JsonReader {
  readonly #value: unknown;
  /** From the root: `variants.0.sku`. */
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.path = path;
  }

  /** Null counts as left out. */
  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  /** An object with no other fields than these. */
  object(fields: readonly string[]): { get(field: string): JsonReader } {
    const record = this.record();
    const other = Object.keys(record).find((field) => !fields.includes(field));
    if (other !== undefined) {
      this.at(other).fail('UNKNOWN_FIELD', `give only ${fields.join(', ')}.`);
    }
    return { get: (field) => new JsonReader(record[field], this.#within(field)) };
  }

  at(field: string): JsonReader {
    return new JsonReader(undefined, this.#within(field));
  }

  record(): Readonly<Record<string, unknown>> {
    const value = this.#value;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
    return this.fail(this.isAbsent ? 'EMPTY' : 'WRONG_TYPE', 'give an object.');
  }

  /** Empty where it is left out. */
  list(): JsonReader[] {
    if (this.isAbsent) return [];
    if (!Array.isArray(this.#value)) this.fail('WRONG_TYPE', 'give a list.');
    return (this.#value as unknown[]).map(
      (item, index) => new JsonReader(item, this.#within(`${index}`)),
    );
  }

  text(): string {
    const text = this.optionalText();
    return text === null || text === '' ? this.fail('EMPTY', 'must not be empty.') : text;
  }

  optionalText(): string | null {
    if (this.isAbsent) return null;
    return typeof this.#value === 'string' ? this.#value : this.fail('WRONG_TYPE', 'give text.');
  }

  number(): number {
    return typeof this.#value === 'number'
      ? this.#value
      : this.fail(this.isAbsent ? 'EMPTY' : 'NOT_A_NUMBER', 'give a number.');
  }

  boolean(fallback?: boolean): boolean {
    if (this.isAbsent && fallback !== undefined) return fallback;
    return typeof this.#value === 'boolean'
      ? this.#value
      : this.fail(this.isAbsent ? 'EMPTY' : 'NOT_A_BOOLEAN', 'give true or false.');
  }

  /** A whole number from 1. */
  count<Fallback extends number | null>(fallback: Fallback): number | Fallback {
    if (this.isAbsent) return fallback;
    const value = this.#value;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= countMax) {
      return value;
    }
    return this.fail('NOT_A_NUMBER', `give a whole number from 1 to ${countMax}.`);
  }

  instant(): Date | null {
    const text = this.optionalText();
    if (text === null) return null;
    const date = new Date(instantShape.test(text) ? text : Number.NaN);
    if (!Number.isNaN(date.getTime())) return date;
    return this.fail('NOT_A_TIME', 'give an instant such as 2026-11-23T12:00:00Z (RFC 3339).');
  }

  oneOf<Value extends string>(values: readonly Value[], fallback?: Value): Value {
    if (this.isAbsent && fallback !== undefined) return fallback;
    const found = values.find((value) => value === this.#value);
    if (found !== undefined) return found;
    const given = this.isAbsent ? 'nothing' : shown(JSON.stringify(this.#value));
    const code = this.isAbsent ? 'EMPTY' : 'UNKNOWN_VALUE';
    return this.fail(code, `give ${values.join(', ')}, not ${given}.`);
  }

  fail(code: string, message: string): never {
    throw new BadCell(this.path === '' ? '(line)' : this.path, code, message);
  }

  #within(field: string): string {
    return this.path === '' ? field : `${this.path}.${field}`;
  }
}

const countMax = 2_147_483_647;
const instantShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

import type { Path } from './targets.ts';
import type { Value } from './values.ts';

/**
 * The JSON text of a value; `undefined` when there is none for a reason that has been reported: the nearest place
 * that may be null is null then.
 */
export type Write = (value: Value, writing: Writing) => string | undefined;

/** A value that the schema does not allow where it is. */
export interface Misfit {
  readonly message: string;
  readonly path: Path;
}

/** One answer on its way to becoming text. */
export class Writing {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly misfits: Misfit[] = [];
  /** The way to what is being written, as far as `depth`. */
  readonly path: (string | number)[] = [];
  depth = 0;
  readonly #hasSharedObjects: boolean;
  #texts: Map<Write, Map<Value, string>> | undefined;

  constructor(variables: Readonly<Record<string, unknown>>, hasSharedObjects: boolean) {
    this.variables = variables;
    this.#hasSharedObjects = hasSharedObjects;
  }

  /** @returns what a writer returns then. */
  report(message: string): string | undefined {
    this.misfits.push({ message, path: this.path.slice(0, this.depth) });
    return undefined;
  }

  /** Writes what one object, at several places of the answer, is in each of them a single time. */
  writeOnce(write: Write, value: Value): string | undefined {
    if (!this.#hasSharedObjects || typeof value !== 'object' || value === null) {
      return write(value, this);
    }
    this.#texts ??= new Map();
    let texts = this.#texts.get(write);
    if (!texts) {
      texts = new Map<Value, string>();
      this.#texts.set(write, texts);
    }
    const known = texts.get(value);
    if (known !== undefined) return known;
    const misfitsBefore = this.misfits.length;
    const text = write(value, this);
    // What does not fit is reported wherever it is.
    const isFit = text !== undefined && this.misfits.length === misfitsBefore;
    if (isFit) texts.set(value, text);
    return text;
  }
}

import type { Deferral } from './defer-ids.ts';
import type { Path } from './targets.ts';
import type { Slots, Value } from './values.ts';

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

/** A part of an object that comes later. */
export interface Postponed {
  readonly object: Slots;
  readonly part: PostponedPart;
  /** The way to the object. */
  readonly path: Path;
}

/** What of objects of one type, at one place of the answer, comes later. */
export interface PostponedPart {
  readonly deferral: Deferral;
  /** How it is written, by which nothing comes of objects that turned out to be of another type. */
  readonly writerFor: (object: Slots) => WriteData | undefined;
}

/** Writes an object's fields, but for what comes later; undefined where `Write` is. */
export type WriteData = (object: Slots, writing: Writing) => string | undefined;

/** One answer on its way to becoming text. */
export class Writing {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly misfits: Misfit[] = [];
  /** The way to what is being written, as far as `depth`. */
  readonly path: (string | number)[] = [];
  depth = 0;
  /** What was left out, in objects that are in the answer. */
  readonly postponed: Postponed[] = [];
  readonly #hasSharedObjects: boolean;
  #texts: Map<Write, Map<Value, string>> | undefined;

  /** `path` leads to what is written, if that is not the whole answer. */
  constructor(
    variables: Readonly<Record<string, unknown>>,
    hasSharedObjects: boolean,
    path: Path = [],
  ) {
    this.variables = variables;
    this.#hasSharedObjects = hasSharedObjects;
    this.path.push(...path);
    this.depth = path.length;
  }

  /** @returns what a writer returns then. */
  report(message: string): string | undefined {
    this.misfits.push({ message, path: this.path.slice(0, this.depth) });
    return undefined;
  }

  /** Leaves parts of the object that is being written for later. */
  postpone(object: Slots, parts: readonly PostponedPart[]): void {
    if (parts.length === 0) return;
    const path = this.path.slice(0, this.depth);
    for (const part of parts) this.postponed.push({ object, part, path });
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

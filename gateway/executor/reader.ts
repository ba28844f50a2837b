import type { AskedObject } from './asked.ts';
import { codes, Cursor, NotCompact } from './json-cursor.ts';
import { quote } from './json.ts';
import { List, typenameSlot, type Slots, type Value } from './values.ts';

/** Reads the value at the cursor. */
type Read<Result extends Value = Value> = (cursor: Cursor) => Result;

interface Field {
  /** What is before its value. */
  readonly prefix: string;
  /** Its characters: few enough for a loop to be the fastest to compare them. */
  readonly codes: readonly number[];
  readonly slot: number;
  readonly read: Read;
}

/**
 * Compiles how objects are read from JSON: what was asked for goes into its slot, leaves as the text that they are;
 * all else is left out. Throws at what is no JSON.
 */
export function compileReader(asked: AskedObject): (text: string) => Slots {
  const read = compileObject(asked);
  return (text) => {
    try {
      return readWhole(text, read);
    } catch (error) {
      if (error instanceof NotCompact) return readWhole(compacted(text), read);
      throw error;
    }
  };
}

/** The items of a list of leaves, each as the text that it is. */
export function readLeafList(text: string): List | undefined {
  if (text.charCodeAt(0) !== codes.openList) return undefined;
  try {
    return readList(new Cursor(text), readLeaf);
  } catch (error) {
    if (error instanceof NotCompact) return readList(new Cursor(compacted(text)), readLeaf);
    throw error;
  }
}

function compacted(text: string): string {
  return JSON.stringify(JSON.parse(text));
}

function readWhole(text: string, read: Read<Slots>): Slots {
  const cursor = new Cursor(text);
  if (text.charCodeAt(0) !== codes.openObject) throw new NotCompact();
  const slots = read(cursor);
  if (text.slice(cursor.at).trim() !== '') throw new NotCompact(); // some end with a new line
  return slots;
}

function compileObject({ layout, fields: asked }: AskedObject): Read<Slots> {
  const blank = layout.blank();
  const fields = asked.map(({ key, slot, inner }): Field => {
    const { index } = slot;
    const prefix = `${quote(key)}:`;
    const readPlain = index === typenameSlot ? compileTypename() : readLeaf;
    return {
      prefix,
      codes: Array.from(prefix, (char) => char.charCodeAt(0)),
      slot: index,
      read: inner ? compileComposite(inner) : readPlain,
    };
  });
  const positions = new Map(fields.map(({ prefix }, position) => [prefix, position]));

  return (cursor) => {
    const slots = blank.slice();
    const { text } = cursor;
    cursor.at += 1;
    if (text.charCodeAt(cursor.at) === codes.closeObject) {
      cursor.at += 1;
      return slots;
    }
    let next = 0;
    for (;;) {
      let field = fields[next];
      if (field !== undefined && isAt(text, field.codes, cursor.at)) {
        cursor.at += field.prefix.length;
        next += 1;
      } else {
        // Not every type has every field, and not every subgraph keeps their order.
        const position = positions.get(readPrefix(cursor));
        field = position === undefined ? undefined : fields[position];
        if (position !== undefined) next = position + 1;
      }
      if (field === undefined) cursor.readText();
      else slots[field.slot] = field.read(cursor);
      const code = text.charCodeAt(cursor.at);
      cursor.at += 1;
      if (code === codes.closeObject) return slots;
      if (code !== codes.comma) throw new NotCompact();
    }
  };
}

function isAt(text: string, codes: readonly number[], start: number): boolean {
  for (let index = 0; index < codes.length; index += 1) {
    if (text.charCodeAt(start + index) !== codes[index]) return false;
  }
  return true;
}

/** A key with its colon. */
function readPrefix(cursor: Cursor): string {
  const { text, at: start } = cursor;
  if (text.charCodeAt(start) !== codes.quote) throw new NotCompact();
  const end = cursor.endOfString(start);
  const prefix = text.slice(start, end + 1);
  if (text.charCodeAt(end) !== codes.colon || prefix.includes('\\')) throw new NotCompact();
  cursor.at = end + 1;
  return prefix;
}

function readLeaf(cursor: Cursor): string | null {
  const { text, at: start } = cursor;
  if (text.charCodeAt(start) === codes.quote) {
    cursor.at = cursor.endOfString(start);
    return text.substring(start, cursor.at);
  }
  const other = cursor.readText();
  return other === 'null' ? null : other;
}

/** Most objects at one place are of one type; one string for all is easier to compare. */
function compileTypename(): Read {
  let last: string | null = null;
  return (cursor) => {
    const typename = readLeaf(cursor);
    if (typename !== last) last = typename;
    return last;
  };
}

/** Objects, in lists however deep. Whatever else is there is kept for the writer to complain of. */
function compileComposite(asked: AskedObject): Read {
  const readObject = compileObject(asked);
  const read: Read = (cursor) => {
    switch (cursor.text.charCodeAt(cursor.at)) {
      case codes.openObject:
        return readObject(cursor);
      case codes.openList:
        return readList(cursor, read);
      default:
        return readLeaf(cursor);
    }
  };
  return read;
}

function readList(cursor: Cursor, read: Read): List {
  const { text } = cursor;
  const items: Value[] = [];
  cursor.at += 1;
  if (text.charCodeAt(cursor.at) === codes.closeList) {
    cursor.at += 1;
    return new List(items);
  }
  for (;;) {
    items.push(read(cursor));
    const code = text.charCodeAt(cursor.at);
    cursor.at += 1;
    if (code === codes.closeList) return new List(items);
    if (code !== codes.comma) throw new NotCompact();
  }
}

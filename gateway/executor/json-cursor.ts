/** The text is not JSON, or has it as the readers here don't know it: with space between, say. */
export class NotCompact extends Error {
  override readonly name = 'NotCompact';
}

/** What the first character of a value, or one after it, says. */
export const codes = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  f: 0x66,
  n: 0x6e,
  t: 0x74,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** JSON as programs write it, on its way through a reader. */
export class Cursor {
  readonly text: string;
  at = 0;
  /** Where, from here on, the first backslash and the first control character are. */
  #escape = -1;
  #control = -1;

  constructor(text: string) {
    this.text = text;
  }

  /** Passes over the given text, if it is there. */
  skip(text: string): boolean {
    const isThere = this.text.startsWith(text, this.at);
    if (isThere) this.at += text.length;
    return isThere;
  }

  /** Passes over what a sticky pattern matches, if it does. */
  match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const isThere = pattern.test(this.text);
    if (isThere) this.at = pattern.lastIndex;
    return isThere;
  }

  /** The text of the value at the cursor, which is then behind it. */
  readText(): string {
    const start = this.at;
    this.at = this.#endOfValue(start);
    return this.text.slice(start, this.at);
  }

  /** From an opening quote to behind the closing one. */
  endOfString(start: number): number {
    const { text } = this;
    const shortEnd = start + shortMax;
    for (let at = start + 1; at < shortEnd; at += 1) {
      const code = text.charCodeAt(at);
      if (code === codes.quote) return at + 1;
      if (code === codes.backslash) return this.#endOfLongString(at);
      if (!(code >= 0x20)) throw new NotCompact();
    }
    return this.#endOfLongString(shortEnd);
  }

  /** Looking for single characters the engine is faster than a loop, but takes a while to begin. */
  #endOfLongString(start: number): number {
    const { text } = this;
    let at = start;
    for (;;) {
      const end = text.indexOf('"', at);
      if (this.#control < at) this.#control = controlAfter(text, at);
      if (this.#escape < at) this.#escape = escapeAfter(text, at);
      if (end < 0 || end > this.#control) throw new NotCompact();
      if (end < this.#escape) return end + 1;
      at = endOfMatch(escapes, text, this.#escape);
    }
  }

  #endOfValue(start: number): number {
    const { text } = this;
    switch (text.charCodeAt(start)) {
      case codes.quote:
        return this.endOfString(start);
      case codes.openObject:
      case codes.openList:
        return this.#endOfNested(start);
      case codes.n:
        return endOfWord(text, start, 'null');
      case codes.t:
        return endOfWord(text, start, 'true');
      case codes.f:
        return endOfWord(text, start, 'false');
      default:
        return endOfMatch(numbers, text, start);
    }
  }

  /** Of an object or a list that nobody looks into; what is between its brackets is left to the engine to judge. */
  #endOfNested(start: number): number {
    const { text } = this;
    let depth = 0;
    let at = start;
    do {
      const code = text.charCodeAt(at);
      if (Number.isNaN(code)) throw new NotCompact();
      if (code === codes.openObject || code === codes.openList) depth += 1;
      else if (code === codes.closeObject || code === codes.closeList) depth -= 1;
      at = code === codes.quote ? this.endOfString(at) : at + 1;
    } while (depth > 0);
    JSON.parse(text.slice(start, at));
    return at;
  }
}

const shortMax = 24;

const controls = /[\u0000-\u001f]/g;

function controlAfter(text: string, start: number): number {
  controls.lastIndex = start;
  return controls.exec(text)?.index ?? text.length;
}

function escapeAfter(text: string, start: number): number {
  const index = text.indexOf('\\', start);
  return index < 0 ? text.length : index;
}

const escapes = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const numbers = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

function endOfMatch(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  if (!pattern.test(text)) throw new NotCompact();
  return pattern.lastIndex;
}

function endOfWord(text: string, start: number, word: string): number {
  if (!text.startsWith(word, start)) throw new NotCompact();
  return start + word.length;
}

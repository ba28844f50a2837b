export interface Line {
  /** Of a line that is too long, its beginning. */
  readonly text: string;
  readonly isTooLong: boolean;
}

/** Cuts text into lines as it arrives, and holds no more of a line than `lengthMax`. */
export class LineCutter {
  readonly #lengthMax: number;
  #text = '';
  #isTooLong = false;

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  /** The lines that end in this text. */
  *push(text: string): Generator<Line, void, void> {
    let at = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', at)) {
      this.#keep(text.slice(at, end));
      at = end + 1;
      yield this.#cut();
    }
    this.#keep(text.slice(at));
  }

  /** The last line, if it has no line end. */
  end(): Line | null {
    return this.#text === '' ? null : this.#cut();
  }

  #keep(text: string): void {
    const room = this.#lengthMax - this.#text.length;
    this.#isTooLong ||= text.length > room;
    this.#text += text.slice(0, room);
  }

  #cut(): Line {
    const line = { text: this.#text, isTooLong: this.#isTooLong };
    this.#text = '';
    this.#isTooLong = false;
    return line;
  }
}

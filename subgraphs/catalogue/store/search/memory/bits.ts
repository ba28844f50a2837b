import { grown } from './spans.ts';

const wordBits = 32;

/** A set of small whole numbers, with a bit for each that there may be. */
export class Bits {
  /** 32 numbers each, the least of them in the lowest bit. */
  words: Uint32Array;

  constructor(words = new Uint32Array(1)) {
    this.words = words;
  }

  /** How many there are. */
  get size(): number {
    let size = 0;
    for (const word of this.words) size += bitCount(word);
    return size;
  }

  /** How many it has in common with another. */
  sizeWith(other: Bits): number {
    const length = Math.min(this.words.length, other.words.length);
    let size = 0;
    for (let word = 0; word < length; word += 1) {
      const common = this.wordAt(word) & other.wordAt(word);
      if (common !== 0) size += bitCount(common);
    }
    return size;
  }

  has(number: number): boolean {
    return (this.wordAt(number >>> 5) & (1 << (number & 31))) !== 0;
  }

  /** The 32 bits at a place; zero beyond the end. */
  wordAt(word: number): number {
    return this.words[word] ?? 0;
  }

  add(number: number): void {
    const word = number >>> 5;
    this.#reach(word + 1);
    this.words[word] = this.wordAt(word) | (1 << (number & 31));
  }

  addAll({ words }: Bits): void {
    this.#reach(words.length);
    for (let word = 0; word < words.length; word += 1) {
      this.words[word] = this.wordAt(word) | (words[word] ?? 0);
    }
  }

  delete(number: number): void {
    const word = number >>> 5;
    if (word < this.words.length) this.words[word] = this.wordAt(word) & ~(1 << (number & 31));
  }

  /** None, with room for as many. */
  emptied(): Bits {
    return new Bits(new Uint32Array(this.words.length));
  }

  intersection(other: Bits): Bits {
    return new Bits(this.words.map((bits, word) => bits & other.wordAt(word)));
  }

  difference(other: Bits): Bits {
    return new Bits(this.words.map((bits, word) => bits & ~other.wordAt(word)));
  }

  /** In ascending order. */
  forEach(visit: (number: number) => void): void {
    const { words } = this;
    for (let word = 0; word < words.length; word += 1) {
      let rest = words[word] ?? 0;
      while (rest !== 0) {
        const lowest = rest & -rest;
        visit(word * wordBits + 31 - Math.clz32(lowest));
        rest ^= lowest;
      }
    }
  }

  /** In ascending order. */
  numbers(): number[] {
    const numbers: number[] = [];
    this.forEach((number) => numbers.push(number));
    return numbers;
  }

  #reach(length: number): void {
    if (length <= this.words.length) return;
    this.words = grown(this.words, Math.max(length, this.words.length * 2));
  }
}

/** Counted in pairs, fours and bytes, all at once. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

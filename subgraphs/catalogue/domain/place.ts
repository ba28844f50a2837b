import { BadInput } from '#errors';

/** Where a product stands in a list, by all that lists are ordered by. */
export interface Place {
  /** How well it matches; 0 where nothing was ranked. */
  readonly score: number;
  /** A number, or an infinity when it has no price; `0` where nothing was ordered by price. */
  readonly amount: string;
  readonly sortKey: string;
  readonly id: string;
  /** Who ranked, or found, it: one's scores mean nothing to another. */
  readonly engine: EngineName;
}

export type EngineName = 'postgres' | 'elasticsearch';

/** The place as the text in a cursor. */
export function encodePlace({ score, amount, sortKey, id, engine }: Place): string {
  return JSON.stringify([score, amount, sortKey, id, engine]);
}

/** @throws BadInput for any other text. */
export function decodePlace(field: string, text: string): Place {
  const [score, amount, sortKey, id, engine] = parse(text);
  if (
    typeof score === 'number' &&
    typeof amount === 'string' &&
    /^-?(\d+(\.\d+)?(e[+-]?\d+)?|Infinity)$/.test(amount) &&
    typeof sortKey === 'string' &&
    typeof id === 'string' &&
    (engine === 'postgres' || engine === 'elasticsearch')
  ) {
    return { score, amount, sortKey, id, engine };
  }
  throw new BadInput(field, `\`${field}\` is not a cursor of this list: pass one that it gave.`);
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

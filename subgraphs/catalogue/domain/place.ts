import { BadInput } from '#errors';

/** Where a product stands in a list, by all that lists are ordered by. */
export interface Place {
  /** How well it matches; 0 where nothing was ranked. */
  readonly score: number;
  /** An exact decimal, or an infinity when it has no price; `0` where nothing was ordered by price. */
  readonly amount: string;
  readonly sortKey: string;
  readonly id: string;
}

/** The place as the text in a cursor. */
export function encodePlace({ score, amount, sortKey, id }: Place): string {
  return JSON.stringify([score, amount, sortKey, id]);
}

/** @throws BadInput for any other text. */
export function decodePlace(field: string, text: string): Place {
  const [score, amount, sortKey, id] = parse(text);
  if (
    typeof score === 'number' &&
    typeof amount === 'string' &&
    /^-?(\d+(\.\d+)?|Infinity)$/.test(amount) &&
    typeof sortKey === 'string' &&
    typeof id === 'string'
  ) {
    return { score, amount, sortKey, id };
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

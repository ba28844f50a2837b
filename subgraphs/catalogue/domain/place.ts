import { BadInput } from '#errors';

/** Where a product stands in a list, by all that lists are ordered by. */
export interface Place {
  /** How well it matches; 0 where nothing was ranked. */
  readonly score: number;
  readonly sortKey: string;
  readonly id: string;
}

/** The place as the text in a cursor. */
export function encodePlace({ score, sortKey, id }: Place): string {
  return JSON.stringify([score, sortKey, id]);
}

/** @throws BadInput for any other text. */
export function decodePlace(text: string): Place {
  const [score, sortKey, id] = parse(text);
  if (typeof score === 'number' && typeof sortKey === 'string' && typeof id === 'string') {
    return { score, sortKey, id };
  }
  throw new BadInput('after', '`after` is not a cursor of this list: pass one that it gave.');
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

import { BadArgument } from './bad-argument.ts';
import type { Place } from './search.ts';

/** A place in a list of products, as the text in its cursor. */
export function encodePlace({ score, sortKey, id }: Place): string {
  return JSON.stringify([score, sortKey, id]);
}

/** @throws BadArgument for any other text. */
export function decodePlace(text: string): Place {
  const [score, sortKey, id] = parse(text);
  if (typeof score === 'number' && typeof sortKey === 'string' && typeof id === 'string') {
    return { score, sortKey, id };
  }
  throw new BadArgument('after', '`after` is not a cursor of this list: pass one that it gave.');
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

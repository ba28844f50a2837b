import { Refusal } from '#errors';

/** The path into the input. */
export type Path = readonly string[];

/** Reads each item of a list; the first that is refused refuses the whole. Null is an empty list. */
export function readList<Item, Value>(
  items: readonly Item[] | null,
  path: Path,
  read: (item: Item, path: Path) => Value | Refusal,
): Value[] | Refusal {
  if ((items?.length ?? 0) > itemsMax) {
    return new Refusal('TOO_MANY', `Give \`${path.join('.')}\` at most ${itemsMax}.`, path);
  }
  const values: Value[] = [];
  for (const [index, item] of (items ?? []).entries()) {
    const value = read(item, [...path, `${index}`]);
    if (value instanceof Refusal) return value;
    values.push(value);
  }
  return values;
}

/** The same for items that are told apart by one of their fields. */
export function readDistinct<Item, Value>(
  items: readonly Item[] | null,
  key: keyof Item & string,
  path: Path,
  read: (item: Item, path: Path) => Value | Refusal,
): Value[] | Refusal {
  const seen = new Set<unknown>();
  return readList(items, path, (item, at) => {
    if (seen.has(item[key])) {
      const field = [...at, key];
      return new Refusal('DUPLICATE', `\`${field.join('.')}\` is in the list already.`, field);
    }
    seen.add(item[key]);
    return read(item, at);
  });
}

const itemsMax = 500;

/**
 * What an answer holds somewhere: a leaf, as the JSON text in which it came, which most often is how it goes out
 * again; null; an object, or a list. Nothing was said where it is undefined.
 */
export type Value = string | null | undefined | Slots | List;

/** An object: the values of its fields, each at the place that its layout gives it. */
export type Slots = Value[];

export class List {
  readonly items: Value[];

  constructor(items: Value[]) {
    this.items = items;
  }
}

/** The slot of `__typename` in every object. */
export const typenameSlot = 0;

/**
 * Adds what one answer says of an object in some slots to what others said of it. Where both speak the newer is
 * right, except that objects, and lists of one length item by item, become one. What is new is taken over as it is,
 * or as a copy if others have it too.
 */
export function mergeSlots(
  target: Slots,
  source: Slots,
  slots: readonly number[],
  copies: boolean,
): void {
  for (const slot of slots) {
    const value = source[slot];
    if (value !== undefined) target[slot] = merged(target[slot], value, copies);
  }
}

function merged(present: Value, value: Value, copies: boolean): Value {
  if (typeof value === 'string' || value === null || value === undefined) return value;
  if (Array.isArray(present) && Array.isArray(value)) {
    for (const [slot, inner] of value.entries()) {
      if (inner !== undefined) present[slot] = merged(present[slot], inner, copies);
    }
    return present;
  }
  if (present instanceof List && value instanceof List && isOfSize(present, value.items.length)) {
    for (const [index, item] of value.items.entries()) {
      present.items[index] = merged(present.items[index], item, copies);
    }
    return present;
  }
  return copies ? copyOf(value) : value;
}

function isOfSize({ items }: List, size: number): boolean {
  return items.length === size;
}

function copyOf(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyOf);
  return value instanceof List ? new List(value.items.map(copyOf)) : value;
}

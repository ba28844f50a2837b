import { isInherited, isObject, own, setOwn, type Json, type JsonObject } from './json.ts';

/**
 * Adds what one answer says of an object to what others said of it; where both speak, the newer one is right,
 * except that a missing value says nothing. What is new is taken over as it is, or as a copy if others have it too.
 */
export function mergeInto(target: JsonObject, source: JsonObject, copies: boolean): void {
  for (const key in source) {
    const value = source[key];
    if (value === undefined) continue;
    const present = isInherited(key) ? own(target, key) : target[key];
    if (!mergeValues(present, value, copies)) setOwn(target, key, copies ? copyOf(value) : value);
  }
}

/** Merges objects, and lists of one length item by item; or says that the new value has to replace the old. */
function mergeValues(present: Json | undefined, value: Json, copies: boolean): boolean {
  if (typeof present !== 'object' || present === null) return false;
  if (isObject(value) && isObject(present)) {
    mergeInto(present, value, copies);
    return true;
  }
  if (!Array.isArray(value) || !Array.isArray(present) || value.length !== present.length) {
    return false;
  }
  for (const [index, item] of value.entries()) {
    if (!mergeValues(present[index], item, copies)) present[index] = copies ? copyOf(item) : item;
  }
  return true;
}

function copyOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  mergeInto(copy, value, true);
  return copy;
}

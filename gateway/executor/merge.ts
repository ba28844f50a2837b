import { isObject, own, setOwn, type Json, type JsonObject } from './json.ts';

/** Makes two descriptions of one object one: the newer is right where both speak of more than objects and lists. */
export function mergeInto(target: JsonObject, source: JsonObject): void {
  for (const [key, value] of Object.entries(source)) {
    if (value !== undefined) setOwn(target, key, merged(own(target, key), value));
  }
}

function merged(present: Json | undefined, value: Json): Json {
  if (isObject(present) && isObject(value)) {
    mergeInto(present, value);
    return present;
  }
  const isPair = Array.isArray(present) && Array.isArray(value) && present.length === value.length;
  return isPair ? value.map((item, index) => merged(present[index], item)) : value;
}

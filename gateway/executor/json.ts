export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether every object has such a key from birth, so that one must ask whose it is. */
export function isInherited(key: string): boolean {
  return key in Object.prototype;
}

/** What the object itself has, never what it inherits: `__proto__` and `constructor` are names like others. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function setOwn(object: JsonObject, key: string, value: Json | undefined): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } else object[key] = value;
}

/** Longer ones are faster left to the engine. */
const shortStringMax = 40;

/** A string's JSON text. */
export function quote(text: string): string {
  if (text.length > shortStringMax) return JSON.stringify(text);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isPlain = code >= 32 && code !== 34 && code !== 92 && (code < 0xd800 || code > 0xdfff);
    if (!isPlain) return JSON.stringify(text);
  }
  return `"${text}"`;
}

import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** A placeholder and where it stands. */
export interface Placeholder {
  /** Such as `configuration.hostname`. */
  readonly path: string;
  /** Whether it is the whole of its text, and so stands for a value of any kind. */
  readonly isWhole: boolean;
  /** From the root of the value that holds it. */
  readonly at: readonly string[];
}

const pattern = /\{\{([^{}]*)\}\}/g;
const whole = /^\{\{([^{}]*)\}\}$/;

export function placeholdersIn(value: Json, at: readonly string[] = []): Placeholder[] {
  if (typeof value === 'string') {
    const isWhole = whole.test(value);
    return [...value.matchAll(pattern)].map(([, path = '']) => ({ path, isWhole, at }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => placeholdersIn(child, [...at, name]));
}

/**
 * The value with its placeholders filled from the scope, by structure: what is filled in is never read
 * again. A text that is one placeholder becomes the value itself; where there is none, its property or
 * element is left out.
 */
export function fill(value: Json, scope: JsonObject): Json | undefined {
  if (typeof value === 'string') {
    const path = whole.exec(value)?.[1];
    return path === undefined ? fillText(value, scope) : lookUp(path, scope);
  }
  if (isList(value)) {
    return value.map((child) => fill(child, scope)).filter((child) => child !== undefined);
  }
  return isJsonObject(value) ? fillObject(value, scope) : value;
}

/** The object with its placeholders filled; a property whose value is missing is left out. */
export function fillObject(object: JsonObject, scope: JsonObject): JsonObject {
  const filled = Object.entries(object).flatMap(([name, child]) => {
    const value = fill(child, scope);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(filled);
}

/** A path of an address: what is filled in can't leave its segment. */
export function fillPath(path: string, scope: JsonObject): string {
  return fillText(path, scope, encodeURIComponent);
}

function fillText(
  text: string,
  scope: JsonObject,
  encode: (value: string) => string = String,
): string {
  return text.replace(pattern, (_all, path: string) => encode(textOf(lookUp(path, scope))));
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

function lookUp(path: string, scope: JsonObject): Json | undefined {
  let found: Json | undefined = scope;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = (found as JsonObject)[name];
  }
  return found;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

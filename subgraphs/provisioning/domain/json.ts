/** Any JSON value. */
export type Json = JsonObject | readonly Json[] | string | number | boolean | null;

export interface JsonObject {
  readonly [name: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

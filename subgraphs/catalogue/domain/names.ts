import { Refusal } from '#errors';

/** Of slugs, SKUs and the names of anything, in UTF-16 units: short enough to be indexed. */
export const nameLengthMax = 255;
/** Of a characteristic's value: what the index of facts takes, whatever the letters. */
export const valueLengthMax = 400;

/** Small letters, digits and single hyphens. */
export function isSlug(text: string): boolean {
  return text.length <= nameLengthMax && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

/** Null, or why it can't be a slug. */
export function slugProblem(slug: string): Refusal | null {
  if (isSlug(slug)) return null;
  const message = `Give \`slug\` small letters, digits and single hyphens, ${nameLengthMax} at most.`;
  return new Refusal('INVALID_SLUG', message, ['slug']);
}

/** Null, or why it can't be a name, or a SKU: too short, or too long to be indexed. */
export function nameProblem(name: string, field: readonly string[] = ['name']): Refusal | null {
  if (name.trim() !== '' && name.length <= nameLengthMax) return null;
  const message = `Give \`${field.join('.')}\` 1 to ${nameLengthMax} characters.`;
  return new Refusal('INVALID_NAME', message, field);
}

/** Refuses what was changed since the caller saw it. */
export function staleProblem(
  version: number,
  expectedVersion: number | null | undefined,
): Refusal | null {
  if (expectedVersion == null || expectedVersion === version) return null;
  const message = `It has version ${version} by now: look at what has changed, and try again.`;
  return new Refusal('STALE', message, ['expectedVersion']);
}

import { Refusal } from '#errors';

const lengthMax = 255;

/** Null, or why it can't be a slug. */
export function slugProblem(slug: string): Refusal | null {
  if (slug.length <= lengthMax && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) return null;
  const message = `Give \`slug\` small letters, digits and single hyphens, ${lengthMax} at most.`;
  return new Refusal('INVALID_SLUG', message, ['slug']);
}

/** Null, or why it can't be a name, or a SKU: too short, or too long to be indexed. */
export function nameProblem(name: string, field: readonly string[] = ['name']): Refusal | null {
  if (name.trim() !== '' && name.length <= lengthMax) return null;
  const message = `Give \`${field.join('.')}\` 1 to ${lengthMax} characters.`;
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

import { Refusal } from '#errors';

/** Null, or which of the texts in an input can't be kept: no database takes U+0000, or half a character. */
export function textProblem(input: unknown, path: readonly string[] = []): Refusal | null {
  if (typeof input === 'string') {
    if (!input.includes('\0') && input.isWellFormed()) return null;
    const message = `Give \`${path.join('.')}\` text without U+0000 and lone surrogates.`;
    return new Refusal('INVALID_TEXT', message, path);
  }
  if (typeof input !== 'object' || input === null || input instanceof Date) return null;
  for (const [key, value] of Object.entries(input)) {
    const problem = textProblem(key, [...path, '(name)']) ?? textProblem(value, [...path, key]);
    if (problem !== null) return problem;
  }
  return null;
}

/** Why Quartermaster does not start, and what helps: one line for whoever started it. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** An unknown failure's own words. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** The code of a failed system call, of PostgreSQL, or nothing. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) ? codeOf(errors[0]) : '';
}

/** A statement under construction: adds a value to it, and says how its text names it. */
export type Value = (content: unknown, type: string) => string;

/** The values of one statement, in the order in which its text first named them. */
export function statementValues(): { readonly values: unknown[]; readonly value: Value } {
  const values: unknown[] = [];
  return { values, value: (content, type) => `$${values.push(content)}::${type}` };
}

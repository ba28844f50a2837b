/** How much one request may bring. */
export const bodyBytesMax = 10 * 1024 * 1024;

/** Whether the value is nested more deeply: whoever writes such a one again descends into it by recursion. */
export function isNestedBeyond(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isNestedBeyond(inner, levels - 1));
}

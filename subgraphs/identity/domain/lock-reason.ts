const lengthMax = 500;
const shape = /^\P{Cc}+$/u;

/** Why an account is locked, in one line, or null when nothing of that kind was given. */
export function normalizeLockReason(text: string): string | null {
  const reason = text.trim();
  return reason.length <= lengthMax && shape.test(reason) ? reason : null;
}

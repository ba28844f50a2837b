import { Unavailable } from '#errors';

/**
 * Whether a failure says nothing about the work itself, so that trying again may help: somebody did not
 * answer ({@link Unavailable}), a connection broke, PostgreSQL restarted, a transaction met a conflict
 * (SQLSTATE classes 08, 40, 53, 57P; Prisma's P1xxx, P2024, P2028, P2034; Node's socket errors).
 */
export function mayPass(error: unknown): boolean {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [error];
  while (waiting.length > 0) {
    const each = waiting.pop();
    if (typeof each !== 'object' || each === null || seen.has(each)) continue;
    seen.add(each);
    if (each instanceof Unavailable || saysSo(each)) return true;
    const { cause, meta, driverAdapterError, errors } = each as Record<string, unknown>;
    waiting.push(cause, meta, driverAdapterError);
    if (Array.isArray(errors)) for (const inner of errors) waiting.push(inner);
  }
  return false;
}

const codes =
  /^(P1\d{3}|P2024|P2028|P2034|08\w{3}|40001|40P01|53\w{3}|57P0\d|55P03|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|UND_ERR_\w+)$/;
const messages = /Connection terminated|timeout exceeded when trying to connect|Connection ended/;

function saysSo(error: object): boolean {
  const { code, originalCode, message } = error as Record<string, unknown>;
  return (
    [code, originalCode].some((each) => typeof each === 'string' && codes.test(each)) ||
    (typeof message === 'string' && messages.test(message))
  );
}

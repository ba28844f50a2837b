import { createContext, Script } from 'node:vm';

const script = new Script('run()');
/** One for all: it takes a millisecond to make one. */
const context = createContext();

/**
 * What `run` gives, or throws. Undefined when it takes longer than `milliseconds`, even if it never lets go of
 * the thread: no timer could end that. Whatever it was changing is half changed then.
 */
export function withinTime<T extends object>(milliseconds: number, run: () => T): T | undefined {
  context['run'] = run;
  try {
    return script.runInContext(context, { timeout: milliseconds }) as T;
  } catch (error) {
    if (hasCode(error, 'ERR_SCRIPT_EXECUTION_TIMEOUT')) return undefined;
    throw error;
  }
}

/** An error of another context is no instance of `Error` here. */
function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

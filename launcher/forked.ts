import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CannotStart } from './cannot-start.ts';
import type { Log } from './logs.ts';
import type { Run } from './supervised.ts';

/** A program of ours: what it is called, where it begins, and what it is told. */
export interface Program {
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  readonly args?: readonly string[];
  /** Flags of Node itself. */
  readonly flags?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Starts a program that says `{ url }` once it serves, and ends when our channel to it closes. */
export function forkProgram(program: Program, log: Log): Run {
  const child = forkChild(program, log);
  const ended = whenEnded(child, log);
  if (child.pid === undefined) throw new CannotStart(`${program.name} could not be started`);
  const ready = new Promise<string>((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && 'url' in message) resolve(String(message.url));
    });
  });
  return { pid: child.pid, ready, ended: ended.then(({ how }) => how) };
}

/** Runs a program to its end; fails with its last words. */
export async function runProgram(
  program: Program,
  log: Log,
  signal: AbortSignal,
  began: (pid: number) => void,
): Promise<void> {
  signal.throwIfAborted();
  const child = forkChild(program, log);
  if (child.pid !== undefined) began(child.pid);
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  const { code } = await whenEnded(child, log);
  signal.removeEventListener('abort', stop);
  if (code !== 0) throw new CannotStart(`${program.name}: ${log.lastWords()}`);
}

const root = new URL('../', import.meta.url);

function forkChild({ file, args = [], flags = [], env }: Program, log: Log): ChildProcess {
  log.mark();
  return fork(fileURLToPath(new URL(file, root)), args, {
    cwd: fileURLToPath(root),
    env,
    execArgv: [...flags],
    stdio: ['ignore', log.descriptor, log.descriptor, 'ipc'],
    // A terminal's Ctrl-C goes to its whole process group; in which order they stop is ours to say.
    detached: process.platform !== 'win32',
  });
}

async function whenEnded(
  child: ChildProcess,
  log: Log,
): Promise<{ code: number | null; how: string }> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (signal !== null) return { code, how: `ended by ${signal}` };
    return {
      code,
      how: `ended with code ${String(code)}${code === 0 ? '' : ` (${log.lastWords()})`}`,
    };
  } catch (error) {
    return { code: null, how: `could not be started (${String(error)})` };
  }
}

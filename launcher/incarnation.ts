import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './cannot-start.ts';

/** A process that somebody recorded: its number may belong to another one by now. */
export interface Incarnation {
  readonly pid: number;
  /** When it began, in its system's own terms. */
  readonly birth: string;
}

const pollMs = 50;
const forgetMs = 1_000;
const onLinux = process.platform === 'linux';

export function incarnationOf(pid: number): Incarnation | undefined {
  const birth = exists(pid) ? birthOf(pid) : undefined;
  return birth === undefined ? undefined : { pid, birth };
}

export function isAlive({ pid, birth }: Incarnation): boolean {
  return incarnationOf(pid)?.birth === birth;
}

/** Waits until it has ended; says whether it did in that time. */
export async function untilGone(who: Incarnation, timeoutMs = Infinity): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  let alive = isAlive(who);
  while (alive && performance.now() < deadline) {
    await delay(pollMs);
    alive = exists(who.pid);
  }
  return !alive;
}

/** Whether the system has no more of an ended process; its parent, or init, has a second to ask for it. */
export async function isForgotten(pid: number): Promise<boolean> {
  for (let waited = 0; waited < forgetMs; waited += pollMs) {
    if (!isNumbered(pid)) return true;
    await delay(pollMs);
  }
  return !isNumbered(pid);
}

/** The process's command line. */
export function commandOf(pid: number): string {
  return onLinux ? (readProc(pid, 'cmdline')?.replaceAll('\0', ' ') ?? '') : ps(pid, 'command');
}

/** Sends a signal, unless nobody is there any more. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

function exists(pid: number): boolean {
  return isNumbered(pid) && (!onLinux || statOf(pid) !== undefined);
}

function isNumbered(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // another user's process is alive
  }
}

function birthOf(pid: number): string | undefined {
  return onLinux ? statOf(pid)?.[19] : ps(pid, 'lstart');
}

/** The fields of proc_pid_stat(5) from the third: first the state, and as the 20th the start, in ticks since boot. */
function statOf(pid: number): string[] | undefined {
  const stat = readProc(pid, 'stat');
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields; // a zombie has ended: only its parent has not asked yet
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string {
  const options = { encoding: 'utf8', timeout: 5_000 } as const;
  return spawnSync('ps', ['-o', `${column}=`, '-p', `${pid}`], options).stdout.trim();
}

import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const bytesMax = 5_000_000;
const lastWordsBytes = 16_384;
const pollMs = 500;

/**
 * A process's log: it writes there by itself, so that nothing is lost when the launcher dies first, and
 * we read along.
 */
export class Log implements Disposable {
  readonly name: string;
  readonly path: string;
  /** To be handed to the process as its output. */
  readonly descriptor: number;
  #read: number;
  #rest = '';
  #begin: number;

  /** One that has grown too large is put aside, as `<name>.log.1`. */
  constructor(folder: string, name: string) {
    this.name = name;
    this.path = join(folder, `${name}.log`);
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > bytesMax) renameSync(this.path, `${this.path}.1`);
    this.descriptor = openSync(this.path, 'a+', 0o600);
    this.#read = this.#begin = fstatSync(this.descriptor).size;
  }

  /** A new run begins: what others said before is none of its words. */
  mark(): void {
    this.#begin = fstatSync(this.descriptor).size;
  }

  /** The lines that are new since the last call. */
  newLines(): string[] {
    const { size } = fstatSync(this.descriptor);
    if (size <= this.#read) return [];
    const lines = (this.#rest + this.#text(this.#read, size)).split('\n');
    this.#read = size;
    this.#rest = lines.pop() ?? '';
    return lines;
  }

  /** What a process said at last that explains its end: the error's line, without its stack. */
  lastWords(): string {
    const { size } = fstatSync(this.descriptor);
    const lines = this.#text(Math.max(this.#begin, size - lastWordsBytes), size)
      .split('\n')
      .filter(Boolean);
    const telling = lines.findLast((line) => /^\w*Error\b|^[A-Z_]+: |FATAL: /.test(line));
    return telling ?? errorIn(lines.at(-1) ?? '') ?? lines.at(-1) ?? '';
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }

  #text(from: number, to: number): string {
    const bytes = Buffer.alloc(to - from);
    return bytes.toString('utf8', 0, readSync(this.descriptor, bytes, 0, bytes.length, from));
  }
}

/** Tells of the errors that processes write to their logs, each in one line and not twice running. */
export async function followErrors(
  logs: ReadonlyMap<string, Log>,
  tell: (name: string, error: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const told = new Map<string, string>();
  const wait = () => delay(pollMs, true, { signal, ref: false }).catch(() => false);
  while (await wait()) {
    for (const log of logs.values()) {
      for (const line of log.newLines()) {
        const error = errorIn(line);
        if (error === undefined || told.get(log.name) === error) continue;
        told.set(log.name, error);
        tell(log.name, error);
      }
    }
  }
}

/** Of a line that a service's logger wrote with the level `error`: its message, and the error's first line. */
function errorIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, message, error } = JSON.parse(line) as Record<string, unknown>;
    if (level !== 'error') return undefined;
    const detail = typeof error === 'string' ? `: ${error.split('\n', 1).join()}` : '';
    return `${String(message)}${detail}`;
  } catch {
    return undefined;
  }
}

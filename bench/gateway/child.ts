import { spawn, type ChildProcess } from 'node:child_process';
import { addAbortListener, once } from 'node:events';
import { createInterface } from 'node:readline';

/** What to run, and where. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder?: string;
  /** Added to our own. */
  readonly env?: Readonly<Record<string, string>>;
}

const wordsMax = 2_000;

/** A process pinned to one CPU. It ends when disposed, and when we end, however we do. */
export class Child implements AsyncDisposable {
  /** What it prints first; empty if it ends before. */
  readonly firstLine: Promise<string>;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #words = '';

  constructor({ file, args, folder, env }: Command, cpu: number) {
    const pinned = ['--pdeathsig', 'KILL', 'taskset', '-c', String(cpu), file, ...args];
    const child = spawn('setpriv', pinned, {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, so that what it starts ends with it
    });
    this.#process = child;
    this.#ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.#words = (this.#words + chunk).slice(-wordsMax);
      });
    }
    this.firstLine = readFirstLine(child);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.pid !== 0 && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  get succeeded(): boolean {
    return this.#process.exitCode === 0;
  }

  /** The last of what it printed. */
  get lastWords(): string {
    return this.#words.trim();
  }

  /** Waits for its end, and tells its last words. It is ended at once when the signal comes. */
  async whenEnded(signal: AbortSignal): Promise<string> {
    const listener = addAbortListener(signal, () => {
      this.#kill();
    });
    await this.#ended;
    listener[Symbol.dispose]();
    signal.throwIfAborted();
    return this.lastWords;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.#ended;
  }

  #kill(): void {
    if (this.pid === 0) return; // it never began
    try {
      process.kill(-this.pid, 'SIGKILL'); // nothing here has anything to save
    } catch {
      // It had ended.
    }
  }
}

async function readFirstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) return '';
  const lines = createInterface({ input: stdout });
  const line = new Promise<string>((resolve) => lines.once('line', resolve));
  const none = once(lines, 'close').then(() => '');
  return await Promise.race([line, none]);
}

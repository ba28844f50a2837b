import { setTimeout as delay } from 'node:timers/promises';
import { createBackOff } from './back-off.ts';
import { CannotStart, messageOf } from './cannot-start.ts';
import { signal } from './incarnation.ts';

/** One run of a process. */
export interface Run {
  readonly pid: number;
  /** Its address, as soon as it serves; not settled when it ends before. */
  readonly ready: Promise<string>;
  /** How it ended, in words; never rejected. */
  readonly ended: Promise<string>;
}

export interface Supervision {
  readonly name: string;
  readonly start: () => Promise<Run>;
  /** How often it may end at once before the first start has failed; 1 unless told. */
  readonly attempts?: number;
  /** Asks it to stop in good order. */
  readonly stopSignal: NodeJS.Signals;
  /** Ends it at once, with whatever it started. */
  readonly killSignal: NodeJS.Signals;
  /** Hears that it ended, and when it starts again. */
  readonly report: (message: string) => void;
  /** Called whenever it started, served or ended. */
  readonly changed: () => void;
  /** Aborted when the whole launch is given up. */
  readonly signal: AbortSignal;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 8_000;
const harmless = new Set<NodeJS.Signals>(['SIGSTOP', 'SIGCONT']);

/** A process that is started again whenever it ends, until disposed. */
export class Supervised implements AsyncDisposable {
  readonly name: string;
  /** Of the present run, or the last. */
  pid = 0;
  url = '';
  restarts = 0;
  /** Since when the present run serves; undefined while none does. */
  servingSince: Date | undefined;
  readonly #options: Supervision;
  readonly #stop = new AbortController();
  #run: Run | undefined;
  #serving = pending();
  #kept: Promise<void> = Promise.resolve();

  constructor(options: Supervision) {
    this.name = options.name;
    this.#options = options;
  }

  /**
   * Starts it and waits until it serves. Fails with the process's last words if it ends before: no
   * further start would mend that.
   */
  async start(): Promise<void> {
    const { signal: giveUp } = this.#options;
    const abort = () => void this[Symbol.asyncDispose]();
    giveUp.addEventListener('abort', abort);
    try {
      giveUp.throwIfAborted();
      this.#kept = this.#keep(await this.#beginAtLast());
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    } finally {
      giveUp.removeEventListener('abort', abort);
    }
  }

  /** Resolves when a run serves; fails when none will. */
  async whenReady(): Promise<void> {
    await this.#serving.promise;
  }

  /** Sends a signal to the present run; if it ends of that, resolves when it has. */
  async kill(name: NodeJS.Signals): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    signal(run.pid, name);
    if (!harmless.has(name)) await run.ended;
  }

  /** Ends it without waiting, for when our own process ends. */
  abandon(): void {
    this.#stop.abort();
    if (this.#run !== undefined) signal(this.#run.pid, this.#options.killSignal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#serving.reject(new Error(`${this.name} was stopped`));
    const { stopSignal, killSignal } = this.#options;
    const timer = setTimeout(() => void this.kill(killSignal), stopTimeoutMs);
    await this.kill(stopSignal);
    clearTimeout(timer);
    await this.#kept;
  }

  async #keep(first: Run): Promise<void> {
    const { report } = this.#options;
    const backOff = createBackOff();
    let began = performance.now();
    let how = await first.ended;
    while (!this.#isStopping()) {
      const wait = backOff(performance.now() - began);
      report(`${how}; it starts again in ${wait} ms`);
      await this.#pause(wait);
      if (this.#isStopping()) return;
      this.restarts += 1;
      began = performance.now();
      how = await this.#begin().then(
        ({ ended }) => ended,
        (error: unknown) => (error instanceof EndedEarly ? error.how : messageOf(error)),
      );
    }
  }

  async #beginAtLast(): Promise<Run> {
    const { attempts = 1 } = this.#options;
    const backOff = createBackOff();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#begin();
      } catch (error) {
        const isFinal = attempt === attempts || this.#isStopping();
        if (isFinal || !(error instanceof EndedEarly)) throw error;
        await this.#pause(backOff(0));
      }
    }
  }

  /** Starts a run, and waits until it serves. */
  async #begin(): Promise<Run> {
    const { start, changed, killSignal } = this.#options;
    const run = await start();
    this.#run = run;
    this.pid = run.pid;
    const ended = run.ended.then((how) => {
      this.#down();
      return new EndedEarly(this.name, how);
    });
    changed();
    if (this.#isStopping()) signal(run.pid, killSignal);
    const timer = setTimeout(() => {
      signal(run.pid, killSignal);
    }, startTimeoutMs);
    const outcome = await Promise.race([run.ready, ended]).finally(() => {
      clearTimeout(timer);
    });
    if (outcome instanceof EndedEarly) throw outcome;
    if (!this.#isCurrent(run)) throw await ended;
    this.url = outcome;
    this.servingSince = new Date();
    this.#serving.resolve(undefined);
    changed();
    return run;
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  #isCurrent(run: Run): boolean {
    return this.#run === run;
  }

  #down(): void {
    this.#run = undefined;
    if (this.servingSince !== undefined && !this.#isStopping()) this.#serving = pending();
    this.servingSince = undefined;
    this.#options.changed();
  }
}

class EndedEarly extends CannotStart {
  readonly how: string;

  constructor(process: string, how: string) {
    super(`${process}: ${how}`);
    this.how = how;
  }
}

function pending(): PromiseWithResolvers<undefined> {
  const made = Promise.withResolvers<undefined>();
  made.promise.catch(() => undefined); // nobody may be waiting
  return made;
}

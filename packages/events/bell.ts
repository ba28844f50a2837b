import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Wakes whoever waits for a name. A ring may be spurious or lost: the table is the truth. */
export class Bell {
  readonly #ears = new Map<string, Set<Ear>>();

  /** Remembers, from now on, every ring of the name, or of any of the names. */
  listen(names: string | readonly string[], signal: AbortSignal): Ear {
    const heard = typeof names === 'string' ? [names] : names;
    const ear = new Ear(signal, () => {
      for (const name of heard) this.#forget(name, ear);
    });
    for (const name of heard) {
      const ears = this.#ears.get(name) ?? new Set();
      this.#ears.set(name, ears.add(ear));
    }
    return ear;
  }

  #forget(name: string, ear: Ear): void {
    const ears = this.#ears.get(name);
    ears?.delete(ear);
    if (ears?.size === 0) this.#ears.delete(name);
  }

  /** Rings some names, or all of them. */
  ring(names: Iterable<string> = this.#ears.keys()): void {
    for (const name of names) for (const ear of this.#ears.get(name) ?? []) ear.ring();
  }
}

/** Remembers a ring that came while its owner was busy, so listening before reading misses nothing. */
export class Ear implements Disposable {
  #rung = false;
  #wake: () => void = () => undefined;
  readonly #signal: AbortSignal;
  readonly #leave: () => void;

  constructor(signal: AbortSignal, leave: () => void) {
    this.#signal = signal;
    this.#leave = leave;
    signal.addEventListener('abort', this.ring);
  }

  readonly ring = (): void => {
    this.#rung = true;
    this.#wake();
  };

  /** Resolves at the next ring, or at once if it has rung since it was last asked, or at the end. */
  async rung(): Promise<void> {
    if (!this.#rung && !this.#signal.aborted) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    this.#rung = false;
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.ring);
    this.#leave();
  }
}

const pollMs = 5_000;
const reconnectMs = 200;
const connectTimeoutMs = 5_000;

/** Rings everyone at an interval, for the rings that were lost. One timer for all: their reads fall into one query. */
export async function poll(bell: Bell, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(pollMs, signal);
    bell.ring();
  }
}

/** Rings for each NOTIFY on the channel, whose payload is a list of names, over one connection that is renewed for ever. */
export async function hear(
  bell: Bell,
  databaseUrl: string,
  channel: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      application_name: `bell:${channel}`,
    });
    client.on('error', () => undefined); // followed by 'end', at which we connect anew
    client.on('notification', ({ payload = '' }) => {
      bell.ring(payload.split(' '));
    });
    try {
      await client.connect();
      const ended = once(client, 'end', { signal });
      ended.catch(() => undefined);
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      bell.ring(); // for what happened while nobody listened
      await ended;
    } catch {
      await pause(reconnectMs, signal);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/**
 * Runs the step while it finds work, then sleeps until the bell. An error is reported, and the step is
 * tried again at the next ring or, at the latest, at the next poll.
 */
export async function repeat(
  ear: Ear,
  signal: AbortSignal,
  report: (error: unknown) => void,
  step: () => Promise<boolean>,
): Promise<void> {
  while (!signal.aborted) {
    const more = await step().catch((error: unknown) => {
      if (!signal.aborted) report(error);
      return false;
    });
    if (!more) await ear.rung();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

import { once } from 'node:events';
import { ConfigError } from './config.ts';

/** A part that is running, answers at `url`, and stops when it is disposed. */
export interface Running extends AsyncDisposable {
  readonly url: string;
}

/**
 * Keeps what `start` opened until the process is asked to stop, then closes it. A parent that forked
 * the process is told the address; should the parent vanish, the process stops too. A wrong setting
 * ends the process with its name and remedy alone.
 */
export async function runUntilStopped(start: () => Promise<Running>): Promise<void> {
  const stop = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) {
    process.once(event, () => {
      stop.abort();
    });
  }
  try {
    await using service = await start();
    process.send?.({ url: service.url });
    if (!stop.signal.aborted) await once(stop.signal, 'abort');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
  if (process.connected) process.disconnect(); // an open channel would keep the process alive
}

// `npm start`: everything in processes of its own, until Ctrl-C.
import { once } from 'node:events';
import { join } from 'node:path';
import { CannotStart } from './cannot-start.ts';
import { writeJson } from './json-file.ts';
import { launch } from './launcher.ts';
import { readSettings } from './settings.ts';
import { welcome } from './welcome.ts';

/** One Ctrl-C arrives twice: from the terminal, and from npm, which passes on what it gets. */
const sameKeyMs = 300;

try {
  await start();
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const settings = readSettings(process.env, process.argv.slice(2));
  const stop = stopSignal();
  try {
    await using quartermaster = await launch({ ...settings, signal: stop });
    const seconds = performance.now() / 1000; // since the process began
    await writeJson(join(settings.dataFolder, 'last-start.json'), { at: new Date(), seconds });
    process.stdout.write(welcome(quartermaster, seconds));
    if (!stop.aborted) await once(stop, 'abort');
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

/** Aborted at the first signal. At a second one the process ends, and with it at once all others. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let last = -Infinity;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      const now = performance.now();
      if (!stop.signal.aborted) {
        process.stdout.write('\nstopping …\n');
        stop.abort();
      } else if (now - last > sameKeyMs) process.exit(1);
      last = now;
    });
  }
  return stop.signal;
}

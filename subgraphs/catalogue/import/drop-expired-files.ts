import { setTimeout as sleep } from 'node:timers/promises';
import type { ImportFileStore } from '../store/import-files.ts';

const everyMs = 10 * 60 * 1000;

/** Drops uploaded files when their time is over, until the signal. `report` hears of failures. */
export async function dropExpiredFiles(
  importFiles: Pick<ImportFileStore, 'dropExpired'>,
  signal: AbortSignal,
  report: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await importFiles.dropExpired().catch(report);
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { ImportProblem } from '../domain/catalogue-import.ts';
import { formats } from '../domain/importing/format.ts';
import { readRow, RowProblem } from '../domain/importing/source-row.ts';
import type { KeyedRow } from '../store/import-rows.ts';
import type { ImportWork, Reading } from '../store/import-work.ts';
import { readRows, UnreadableSource } from './rows.ts';

/** Opens a source for reading, anew each time. @throws UnreadableSource, also while it is read. */
export type OpenSource = (source: string, signal: AbortSignal) => AsyncIterable<Uint8Array>;

export interface ReadSourceParts {
  readonly importWork: ImportWork;
  readonly openSource: OpenSource;
  /** Stops between two batches; whoever takes up the import begins to read anew. */
  readonly signal: AbortSignal;
  readonly rowsAtOnce?: number;
}

const rowsAtOnceDefault = 1_000;
const batchBytes = 4 * 1024 * 1024;

/** Reads the import's source into the database, a batch at a time, unless that is done. */
export async function readSource(parts: ReadSourceParts, importId: string): Promise<void> {
  const { importWork, openSource, signal } = parts;
  const { rowsAtOnce = rowsAtOnceDefault } = parts;
  const reading = await importWork.beginReading(importId);
  if (reading === null) return;
  const stop = new AbortController(); // lets the source go when its rows are no longer wanted
  const watching = watch(importWork, reading, stop);
  try {
    const bytes = openSource(reading.source, AbortSignal.any([signal, stop.signal]));
    await keepRows(importWork, reading, bytes, { signal, rowsAtOnce });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    stop.abort();
    await watching;
  }
}

const watchMs = 2_000;

/** Whoever waits for a slow source would not hear that the import was cancelled. */
async function watch(
  importWork: ImportWork,
  reading: Reading,
  stop: AbortController,
): Promise<void> {
  const { signal } = stop;
  while (!signal.aborted) {
    const isOver = await sleep(watchMs, false, { signal }).catch(() => true);
    if (isOver) return;
    const isWanted = await importWork.isWanted(reading).catch(() => true); // asked again soon
    if (!isWanted) stop.abort();
  }
}

async function keepRows(
  importWork: ImportWork,
  reading: Reading,
  bytes: AsyncIterable<Uint8Array>,
  { signal, rowsAtOnce }: { readonly signal: AbortSignal; readonly rowsAtOnce: number },
): Promise<void> {
  const format = formats[reading.format];
  let [rows, problems]: [KeyedRow[], ImportProblem[]] = [[], []];
  let [size, total] = [0, 0];
  let cutShort: ImportProblem | null = null;
  const measured = measure(bytes, (length) => {
    size += length;
  });
  try {
    for await (const read of readRows(measured, format)) {
      total += 1;
      const keyed =
        read instanceof RowProblem
          ? read
          : readRow(read.row, () => ({ ...read, key: format.slugOf(read.cells) }));
      if (keyed instanceof RowProblem) problems.push(keyed);
      else rows.push(keyed);
      if (rows.length + problems.length < rowsAtOnce && size < batchBytes) continue;
      signal.throwIfAborted();
      if (!(await importWork.keepRows(reading, rows, problems))) return;
      [rows, problems, size] = [[], [], 0];
    }
  } catch (error) {
    if (!(error instanceof UnreadableSource)) throw error;
    cutShort = error.problem;
  }
  if (!(await importWork.keepRows(reading, rows, problems))) return;
  await importWork.endReading(reading, total, cutShort);
}

async function* measure(
  bytes: AsyncIterable<Uint8Array>,
  count: (length: number) => void,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of bytes) {
    count(chunk.length);
    yield chunk;
  }
}

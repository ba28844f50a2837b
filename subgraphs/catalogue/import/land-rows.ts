import type { ImportWork } from '../store/import-work.ts';

export interface LandRowsParts {
  readonly importWork: ImportWork;
  /** Stops between two batches; whoever takes up the import goes on there. */
  readonly signal: AbortSignal;
}

/** Saves what an import has read, a batch of products at a time, and ends it. */
export async function landRows(
  { importWork, signal }: LandRowsParts,
  importId: string,
  progress: () => Promise<void> | void = () => undefined,
): Promise<void> {
  while (await importWork.landNext(importId)) {
    await progress();
    signal.throwIfAborted();
  }
}

import { importInstances } from '../import/import-instances.ts';
import { dataFolder, type Stage } from './stage.ts';

/** Loads the instance types of EC2 with their prices: 1,363 products. */
export async function saveMachines({ transact, parts }: Stage): Promise<void> {
  await importInstances({
    folder: dataFolder,
    transact,
    clock: parts.clock,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
}

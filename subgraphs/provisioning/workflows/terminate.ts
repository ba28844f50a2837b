import type { Workflow } from '#workflow';
import { begin, completeTask, startTask, succeed } from '../domain/provisioning.ts';
import type { WorkerParts } from '../parts.ts';
import { removeResourceOf } from './resource-of-task.ts';

/** Does the tasks of a request that undoes what was done for an instance; each is tried until it is done. */
export function createTerminate(parts: WorkerParts): Workflow {
  const { store, clock } = parts;
  return {
    name: 'terminate',
    work: async (run, requestId) => {
      const keys = await run.step('begin', async () => {
        const { request } = await store.change(requestId, (found) => begin(found, clock()));
        return request.tasks.map(({ key }) => key);
      });
      for (const key of keys) {
        await run.step(`start-${key}`, async () => {
          await store.change(requestId, (found) => startTask(found, key, 1, clock()));
        });
        await run.step(key, () => removeResourceOf(parts, requestId, key));
        await run.step(`complete-${key}`, async () => {
          await store.change(requestId, (found) => completeTask(found, key, null, clock()));
        });
      }
      await run.step('succeed', async () => {
        await store.change(requestId, (found) => succeed(found, clock()));
      });
    },
  };
}

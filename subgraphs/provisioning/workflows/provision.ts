import type { Run, Workflow } from '#workflow';
import { undoables } from '../domain/opening.ts';
import { begin, succeed } from '../domain/provisioning.ts';
import { compensate, completeUndo, end, startUndo, tasksToUndo } from '../domain/undoing.ts';
import type { WorkerParts } from '../parts.ts';
import { templateOf, removeResourceOf } from './resource-of-task.ts';
import { runTask } from './run-task.ts';

/**
 * Does a request's tasks one after the other. When one fails for good, or the request is to be stopped,
 * all that was done or may have been done is undone, last first. Every step may run again after a crash.
 * What can be expected is a step's answer; what it throws is a fault, so it is tried again until that is
 * mended: no request is left without its workflow.
 */
export function createProvision(parts: WorkerParts): Workflow {
  const { store, clock } = parts;
  return {
    name: 'provision',
    work: async (run, requestId) => {
      const tasks = await run.step('begin', async () => {
        const { request } = await store.change(requestId, (found) => begin(found, clock()));
        return request.tasks.map(({ key, name, kind }) => ({ requestId, key, name, kind }));
      });
      let isDone = true;
      for (const task of tasks) isDone &&= await runTask(parts, run, task);
      isDone &&= await run.step('succeed', async () => {
        const { request } = await store.change(requestId, (found) => succeed(found, clock()));
        return request.status === 'SUCCEEDED';
      });
      if (!isDone) await undo(parts, run, requestId);
    },
  };
}

async function undo(parts: WorkerParts, run: Run, requestId: string): Promise<void> {
  const { store, clock } = parts;
  const keys = await run.step('turn-back', async () => {
    const { request } = await store.readProvisioning(requestId);
    const template = await templateOf(parts, request);
    const undone = tasksToUndo(
      request,
      undoables(template).map(({ key }) => key),
    );
    await store.change(requestId, (found) => compensate(found, undone, clock()));
    return undone;
  });
  for (const key of keys) {
    await run.step(`undo-${key}`, async () => {
      await store.change(requestId, (found) => startUndo(found, key, clock()));
    });
    await run.step(`undoing-${key}`, () => removeResourceOf(parts, requestId, key));
    await run.step(`undone-${key}`, async () => {
      await store.change(requestId, (found) => completeUndo(found, key, clock()));
    });
  }
  await run.step('end', async () => {
    await store.change(requestId, (found) => end(found, clock()));
  });
}

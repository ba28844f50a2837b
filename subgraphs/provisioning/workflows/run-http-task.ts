import type { Run } from '#workflow';
import { delayBeforeRetry } from '../domain/backoff.ts';
import { unchanged } from '../domain/change.ts';
import {
  completeTask,
  failTask,
  mayGoOn,
  postponeTask,
  startTask,
} from '../domain/provisioning.ts';
import type { PlannedTask } from '../domain/task.ts';
import type { WorkerParts } from '../parts.ts';
import { makeResourceOf, taskInTemplate, templateOf, type Attempted } from './resource-of-task.ts';

/**
 * Makes the task's resource. Each attempt is recorded before it is made; one whose end nobody saw is
 * followed by another after a delay, as long as the task's policy has any.
 */
export async function runHttpTask(
  parts: WorkerParts,
  run: Run,
  task: PlannedTask,
): Promise<boolean> {
  const { store, clock } = parts;
  const { requestId, key } = task;
  for (let attempt = 1; ; attempt++) {
    let mayExist = true; // unless this very process sees the first attempt begin
    const isStarted = await run.step(`start-${key}`, async () => {
      mayExist = attempt > 1;
      const change = await store.change(requestId, (found) =>
        mayGoOn(found) ? startTask(found, key, attempt, clock()) : unchanged(found),
      );
      return mayGoOn(change);
    });
    if (!isStarted) return false;

    const attempted = await run.step(key, async () => {
      const looksFirst = mayExist;
      mayExist = true;
      return await makeResourceOf(parts, requestId, key, looksFirst);
    });
    const next = await run.step(`settle-${key}`, () => settle(parts, task, attempt, attempted));
    if (typeof next === 'boolean') return next;
    await run.sleep(next);
  }
}

/** Whether it was made, or the delay in ms before the next attempt. */
async function settle(
  parts: WorkerParts,
  { requestId, key, name }: PlannedTask,
  attempt: number,
  attempted: Attempted,
): Promise<boolean | number> {
  const { store, clock, random } = parts;
  const now = clock();
  if (attempted.kind === 'made') {
    await store.change(requestId, (found) => completeTask(found, key, attempted.output, now));
    return true;
  }
  const { kind, detail } = attempted;
  const { request } = await store.readProvisioning(requestId);
  const template = await templateOf(parts, request);
  const { retry } = taskInTemplate(template, key, 'HTTP');
  const delay = kind === 'unanswered' ? delayBeforeRetry(retry, attempt, random()) : null;
  if (delay !== null) {
    const nextAttemptAt = new Date(now.getTime() + delay);
    await store.change(requestId, (found) =>
      postponeTask(found, key, { error: detail, nextAttemptAt }, now),
    );
    return delay;
  }
  const failure = { code: codes[kind], message: `${name}: ${messages[kind]}`, taskKey: key };
  await store.change(requestId, (found) => failTask(found, failure, detail, now));
  return false;
}

const codes: Readonly<Record<Exclude<Attempted['kind'], 'made'>, string>> = {
  refused: 'DOWNSTREAM_REFUSED',
  failed: 'DOWNSTREAM_FAILED',
  unanswered: 'DOWNSTREAM_UNAVAILABLE',
};

/** For the customer. */
const messages: Readonly<Record<Exclude<Attempted['kind'], 'made'>, string>> = {
  refused: 'it was refused.',
  failed: 'it could not be finished.',
  unanswered: 'there was no answer in time.',
};

import {
  changeTask,
  settle,
  taken,
  taskOf,
  unchanged,
  type Change,
  type Provisioning,
} from './change.ts';
import { happened, type ProvisioningEventType } from './event.ts';
import type { InstanceStatus } from './instance.ts';
import { mayGoOn } from './provisioning.ts';
import {
  advanceRequest,
  isFinal,
  withTask,
  type ProvisioningRequest,
  type RequestStatus,
} from './request.ts';
import { advanceTask, type TaskStatus } from './task.ts';

// How a request that failed or is to be stopped turns back. Each change, made again, changes nothing more.

/** Stops a request that has not begun at once; one that runs looks at this between its tasks. */
export function requestCancellation(found: Provisioning, reason: string | null, now: Date): Change {
  const { request } = found;
  const asked = { ...request, cancelRequestedAt: now, updatedAt: now };
  if (request.status === 'PENDING') return end({ ...found, request: asked }, now);
  if (!mayGoOn(found)) return unchanged(found);
  const message = reason === null ? 'It is to be stopped.' : `It is to be stopped: ${reason}`;
  return {
    ...found,
    request: asked,
    events: [happened('request.cancellation_requested', asked, message)],
  };
}

/**
 * Of the tasks that something undoes, named last first, those that did something or may have. A refusal
 * of the only call that was ever made is known to have done nothing.
 */
export function tasksToUndo(
  { tasks, failure }: ProvisioningRequest,
  undoableKeys: readonly string[],
): string[] {
  return undoableKeys.filter((key) => {
    const task = tasks.find((each) => each.key === key);
    if (task === undefined || task.status === 'PENDING') return false;
    const isRefused = failure?.taskKey === key && failure.code === 'DOWNSTREAM_REFUSED';
    return !(isRefused && task.attempts === 1);
  });
}

/** Turns back: the tasks that the keys name are undone next. Without any, `end` follows at once. */
export function compensate(found: Provisioning, keys: readonly string[], now: Date): Change {
  if (keys.length === 0 || found.request.status !== 'RUNNING') return unchanged(found);
  const request = taken(advanceRequest(found.request, 'COMPENSATING', now));
  const message = 'What was done is being undone.';
  return { ...found, request, events: [happened('request.compensating', request, message)] };
}

export function startUndo(found: Provisioning, key: string, now: Date): Change {
  return moveTask(found, key, 'COMPENSATING', 'task.undoing', 'is being undone', now);
}

export function completeUndo(found: Provisioning, key: string, now: Date): Change {
  return moveTask(found, key, 'COMPENSATED', 'task.undone', 'undone', now);
}

/** Ends a request that failed or was cancelled, once nothing of it is left. */
export function end(found: Provisioning, now: Date): Change {
  const { request } = found;
  const isStopped = request.failure !== null || request.cancelRequestedAt !== null;
  if (isFinal(request) || !isStopped) return unchanged(found);
  const [status, type, message] = endingOf(request);
  const [instanceStatus, instanceType]: [InstanceStatus, ProvisioningEventType] =
    status === 'CANCELLED' ? ['CANCELLED', 'instance.cancelled'] : ['ABORTED', 'instance.aborted'];
  const tasks = request.tasks.filter(
    (task) => task.finishedAt === null && task.status !== 'COMPENSATING',
  );
  const stopped = tasks.reduce(
    (each, task) => withTask(each, taken(advanceTask(task, 'CANCELLED', now)), now),
    request,
  );
  return settle(
    { ...found, request: stopped },
    [status, type, message],
    [instanceStatus, instanceType],
    now,
  );
}

function endingOf({
  status,
  failure,
}: ProvisioningRequest): [RequestStatus, ProvisioningEventType, string] {
  if (failure === null) return ['CANCELLED', 'request.cancelled', 'It was stopped.'];
  return status === 'COMPENSATING'
    ? ['COMPENSATED', 'request.compensated', `${failure.message} What was done is undone.`]
    : ['FAILED', 'request.failed', failure.message];
}

/** Only a request that has turned back undoes its tasks. */
function moveTask(
  found: Provisioning,
  key: string,
  status: TaskStatus,
  type: ProvisioningEventType,
  what: string,
  now: Date,
): Change {
  if (found.request.status !== 'COMPENSATING') return unchanged(found);
  return changeTask(found, taken(advanceTask(taskOf(found, key), status, now)), type, what, now);
}

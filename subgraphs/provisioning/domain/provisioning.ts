import { Refusal } from '#errors';
import { happened, type ProvisioningEvent, type ProvisioningEventType } from './event.ts';
import {
  advanceInstance,
  setAttributes,
  type InstanceStatus,
  type ProductInstance,
} from './instance.ts';
import type { JsonObject } from './json.ts';
import {
  advanceRequest,
  isFinal,
  withTask,
  type ProvisioningFailure,
  type ProvisioningRequest,
  type RequestStatus,
} from './request.ts';
import { advanceTask, type Task, type TaskStatus } from './task.ts';

/** A request and the instance that it is about: they change together. */
export interface Provisioning {
  readonly request: ProvisioningRequest;
  readonly instance: ProductInstance;
}

/** What became of both, and what is told of it. Each change, made again, changes nothing more. */
export interface Change extends Provisioning {
  readonly events: readonly ProvisioningEvent[];
}

/** Whether the request's next step may be taken. */
export function mayGoOn({ request }: Provisioning): boolean {
  return request.status === 'RUNNING' && request.cancelRequestedAt === null;
}

export function begin(found: Provisioning, now: Date): Change {
  if (found.request.status !== 'PENDING') return unchanged(found);
  const request = taken(advanceRequest(found.request, 'RUNNING', now));
  const next = request.action === 'CREATE' ? 'PENDING_ACTIVE' : 'PENDING_TERMINATE';
  const instance = taken(advanceInstance(found.instance, next, now));
  return {
    request,
    instance,
    events: [happened('request.started', request, 'The work has begun.', { instance })],
  };
}

/** Records that the nth attempt is about to be made, before it is. */
export function startTask(found: Provisioning, key: string, attempt: number, now: Date): Change {
  const task = taskOf(found, key);
  if (task.status === 'RUNNING' && task.attempts === attempt) return unchanged(found);
  const started = { ...taken(advanceTask(task, 'RUNNING', now)), attempts: attempt };
  const what = attempt === 1 ? 'started' : `attempt ${attempt}`;
  return changeTask(found, started, 'task.started', what, now);
}

/** Puts the task off after an attempt whose outcome is unknown. */
export function postponeTask(
  found: Provisioning,
  key: string,
  { error, nextAttemptAt }: { readonly error: string; readonly nextAttemptAt: Date },
  now: Date,
): Change {
  const task = taken(advanceTask(taskOf(found, key), 'RETRYING', now));
  const postponed = { ...task, nextAttemptAt, lastError: error };
  return changeTask(found, postponed, 'task.retrying', 'no answer yet; it is tried again', now);
}

export function completeTask(
  found: Provisioning,
  key: string,
  output: JsonObject | null,
  now: Date,
): Change {
  const task = { ...taken(advanceTask(taskOf(found, key), 'SUCCEEDED', now)), output };
  return changeTask(found, task, 'task.succeeded', 'done', now);
}

/** Completes a task that sets attributes of the instance. */
export function recordAttributes(
  found: Provisioning,
  key: string,
  attributes: JsonObject,
  now: Date,
): Change {
  if (taskOf(found, key).status === 'SUCCEEDED') return unchanged(found);
  const instance = setAttributes(found.instance, attributes, now);
  return completeTask({ ...found, instance }, key, attributes, now);
}

/** Ends the task, and with it the request, which is then to be undone. `detail` is for operators. */
export function failTask(
  found: Provisioning,
  failure: ProvisioningFailure & { readonly taskKey: string },
  detail: string,
  now: Date,
): Change {
  const task = taskOf(found, failure.taskKey);
  if (task.status === 'FAILED') return unchanged(found);
  const failed = taken(advanceTask(task, 'FAILED', now));
  const request = { ...found.request, failure };
  return changeTask(
    { ...found, request },
    { ...failed, lastError: detail },
    'task.failed',
    'failed',
    now,
  );
}

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

/** Ends a request of which every task is done; not one that is to be stopped. */
export function succeed(found: Provisioning, now: Date): Change {
  if (!mayGoOn(found) || found.request.progress < 1) return unchanged(found);
  return settle(
    found,
    ['SUCCEEDED', 'request.succeeded', 'All is done.'],
    found.request.action === 'CREATE'
      ? ['ACTIVE', 'instance.activated']
      : ['TERMINATED', 'instance.terminated'],
    now,
  );
}

/** One change and then another, as one. */
export function both(first: Change, second: Change): Change {
  return { ...second, events: [...first.events, ...second.events] };
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

function endingOf({
  status,
  failure,
}: ProvisioningRequest): [RequestStatus, ProvisioningEventType, string] {
  if (failure === null) return ['CANCELLED', 'request.cancelled', 'It was stopped.'];
  return status === 'COMPENSATING'
    ? ['COMPENSATED', 'request.compensated', `${failure.message} What was done is undone.`]
    : ['FAILED', 'request.failed', failure.message];
}

function settle(
  found: Provisioning,
  [status, type, message]: [RequestStatus, ProvisioningEventType, string],
  [instanceStatus, instanceType]: [InstanceStatus, ProvisioningEventType],
  now: Date,
): Change {
  const request = taken(advanceRequest(found.request, status, now));
  const instance = taken(advanceInstance(found.instance, instanceStatus, now));
  const what = `${instance.productName} is ${instanceStatus.toLowerCase()}.`;
  return {
    request,
    instance,
    events: [
      happened(instanceType, request, what, { instance }),
      happened(type, request, message, { instance }),
    ],
  };
}

function moveTask(
  found: Provisioning,
  key: string,
  status: TaskStatus,
  type: ProvisioningEventType,
  what: string,
  now: Date,
): Change {
  return changeTask(found, taken(advanceTask(taskOf(found, key), status, now)), type, what, now);
}

function changeTask(
  found: Provisioning,
  task: Task,
  type: ProvisioningEventType,
  what: string,
  now: Date,
): Change {
  const { status, attempts } = taskOf(found, task.key);
  if (status === task.status && attempts === task.attempts) return unchanged(found);
  const request = withTask(found.request, task, now);
  return {
    ...found,
    request,
    events: [happened(type, request, `${task.name}: ${what}.`, { task })],
  };
}

function taskOf({ request }: Provisioning, key: string): Task {
  const task = request.tasks.find((each) => each.key === key);
  if (task === undefined) throw new TypeError(`${request.id} has no task ${key}.`);
  return task;
}

/** Nothing happened. */
export function unchanged({ request, instance }: Provisioning): Change {
  return { request, instance, events: [] };
}

/** A step that is out of order here is a fault of ours, not something to be told. */
function taken<Moved>(outcome: Moved | Refusal): Moved {
  if (outcome instanceof Refusal) throw new TypeError(outcome.message);
  return outcome;
}

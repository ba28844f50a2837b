import {
  changeTask,
  settle,
  taken,
  taskOf,
  unchanged,
  type Change,
  type Provisioning,
} from './change.ts';
import { happened } from './event.ts';
import { advanceInstance, setAttributes } from './instance.ts';
import type { JsonObject } from './json.ts';
import { advanceRequest, type ProvisioningFailure } from './request.ts';
import { advanceTask } from './task.ts';

// What the workflow of a request may do next, as pure changes. Each, made again, changes nothing more.

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

import { Refusal } from '#errors';
import { happened, type ProvisioningEvent, type ProvisioningEventType } from './event.ts';
import { advanceInstance, type InstanceStatus, type ProductInstance } from './instance.ts';
import {
  advanceRequest,
  withTask,
  type ProvisioningRequest,
  type RequestStatus,
} from './request.ts';
import type { Task } from './task.ts';

/** A request and the instance that it is about: they change together. */
export interface Provisioning {
  readonly request: ProvisioningRequest;
  readonly instance: ProductInstance;
}

/** What became of both, and what is told of it. Each change, made again, changes nothing more. */
export interface Change extends Provisioning {
  readonly events: readonly ProvisioningEvent[];
}

/** Nothing happened. */
export function unchanged({ request, instance }: Provisioning): Change {
  return { request, instance, events: [] };
}

/** One change and then another, as one. */
export function both(first: Change, second: Change): Change {
  return { ...second, events: [...first.events, ...second.events] };
}

/** The request with the task as it is now, and what is told of it. */
export function changeTask(
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

/** The end of a request, and what its instance comes to. */
export function settle(
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

export function taskOf({ request }: Provisioning, key: string): Task {
  const task = request.tasks.find((each) => each.key === key);
  if (task === undefined) throw new TypeError(`${request.id} has no task ${key}.`);
  return task;
}

/** A step that is out of order here is a fault of ours, not something to be told. */
export function taken<Moved>(outcome: Moved | Refusal): Moved {
  if (outcome instanceof Refusal) throw new TypeError(outcome.message);
  return outcome;
}

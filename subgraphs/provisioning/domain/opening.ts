import { happened } from './event.ts';
import type { JsonObject } from './json.ts';
import type { ProductInstance } from './instance.ts';
import type { Change } from './change.ts';
import type { ProvisioningRequest } from './request.ts';
import { progressOf, type PlannedTask, type Task } from './task.ts';
import {
  isUndoable,
  type ProvisioningAction,
  type PublishedTemplate,
  type UndoableTask,
} from './template.ts';

/** A unit of an order line, as sold. */
export interface SoldUnit {
  readonly orderId: string;
  readonly orderLineId: string;
  readonly ownerId: string;
  readonly sku: string;
  readonly productName: string;
  readonly configuration: JsonObject;
}

/** A new instance of what was sold, and the request that will create it. */
export function openCreation(
  ids: { readonly requestId: string; readonly instanceId: string },
  unit: SoldUnit,
  template: PublishedTemplate,
  now: Date,
): Change {
  const instance: ProductInstance = {
    ...unit,
    id: ids.instanceId,
    status: 'CREATED',
    version: 1,
    attributes: {},
    createdAt: now,
    updatedAt: now,
    activatedAt: null,
    terminatedAt: null,
  };
  return open(ids.requestId, 'CREATE', instance, template, template.tasks, now);
}

/** The request that will terminate an instance: it undoes what its creation did, last first. */
export function openTermination(
  requestId: string,
  { request, instance }: { request: ProvisioningRequest; instance: ProductInstance },
  template: PublishedTemplate,
  now: Date,
): Change {
  const done = new Set(
    request.tasks.filter(({ status }) => status === 'SUCCEEDED').map(({ key }) => key),
  );
  const tasks = undoables(template)
    .filter(({ key }) => done.has(key))
    .map(({ kind, undo }) => ({ kind, key: undo.key, name: undo.name }));
  return open(requestId, 'TERMINATE', instance, template, tasks, now);
}

/** The template's tasks that something undoes, last first. */
export function undoables({ tasks }: PublishedTemplate): UndoableTask[] {
  return tasks.filter(isUndoable).toReversed();
}

function open(
  id: string,
  action: ProvisioningAction,
  instance: ProductInstance,
  { key, version, name }: PublishedTemplate,
  planned: readonly Omit<PlannedTask, 'requestId'>[],
  now: Date,
): Change {
  const tasks = planned.map((task) => newTask(id, task));
  const request: ProvisioningRequest = {
    id,
    ownerId: instance.ownerId,
    orderId: instance.orderId,
    orderLineId: instance.orderLineId,
    instanceId: instance.id,
    action,
    template: { key, version },
    status: 'PENDING',
    progress: progressOf(tasks),
    version: 1,
    cancelRequestedAt: null,
    failure: null,
    createdAt: now,
    updatedAt: now,
    finishedAt: null,
    tasks,
  };
  const what = action === 'CREATE' ? 'set up' : 'taken down';
  const message = `${instance.productName} (${name}) will be ${what}.`;
  return {
    request,
    instance,
    events: [happened('request.created', request, message, { instance })],
  };
}

function newTask(requestId: string, { key, name, kind }: Omit<PlannedTask, 'requestId'>): Task {
  return {
    requestId,
    key,
    name,
    kind,
    status: 'PENDING',
    attempts: 0,
    nextAttemptAt: null,
    lastError: null,
    output: null,
    startedAt: null,
    finishedAt: null,
  };
}

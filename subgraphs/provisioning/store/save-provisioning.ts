import type { ProductInstance } from '../domain/instance.ts';
import type { Change, Provisioning } from '../domain/change.ts';
import type { ProvisioningRequest } from '../domain/request.ts';
import type { Task } from '../domain/task.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Transaction } from './database.ts';
import { json, keyOf } from './rows.ts';

/** Writes new requests with their tasks, and the instances that they create. */
export async function insertProvisionings(
  tx: Transaction,
  opened: readonly Provisioning[],
): Promise<void> {
  const requests = opened.map(({ request }) => request);
  const created = opened.filter(({ request }) => request.action === 'CREATE');
  await tx.productInstance.createMany({
    data: created.map(({ instance }) => newInstance(instance)),
  });
  await tx.provisioningRequest.createMany({ data: requests.map(newRequest) });
  await tx.provisioningTask.createMany({ data: requests.flatMap(newTasks) });
}

/** Writes what differs from `before`, which was locked. */
export async function saveProvisioning(
  tx: Transaction,
  { request, instance }: Change,
  before: Provisioning,
): Promise<void> {
  const key = keyOf('prq', request.id);
  if (request !== before.request) {
    await tx.provisioningRequest.update({
      where: { id_bucket: key },
      data: { ...ofRequest(request), version: { increment: 1 } },
    });
  }
  for (const [index, task] of request.tasks.entries()) {
    if (task === before.request.tasks[index]) continue;
    await tx.provisioningTask.update({
      where: { requestId_bucket_key: { requestId: key.id, bucket: key.bucket, key: task.key } },
      data: ofTask(task),
    });
  }
  if (instance !== before.instance) {
    await tx.productInstance.update({
      where: { id_bucket: keyOf('ins', instance.id) },
      data: { ...ofInstance(instance), version: { increment: 1 } },
    });
  }
}

function newInstance(instance: ProductInstance): Prisma.ProductInstanceCreateManyInput {
  const { sku, productName, version, configuration, createdAt } = instance;
  return {
    ...keyOf('ins', instance.id),
    ...ofInstance(instance),
    ownerId: keyOf('usr', instance.ownerId).id,
    orderId: keyOf('ord', instance.orderId).id,
    orderLineId: keyOf('oln', instance.orderLineId).id,
    sku,
    productName,
    version,
    configuration,
    createdAt,
  };
}

function newRequest(request: ProvisioningRequest): Prisma.ProvisioningRequestCreateManyInput {
  const { action, template, version, createdAt } = request;
  return {
    ...keyOf('prq', request.id),
    ...ofRequest(request),
    ownerId: keyOf('usr', request.ownerId).id,
    orderId: keyOf('ord', request.orderId).id,
    orderLineId: keyOf('oln', request.orderLineId).id,
    instanceId: keyOf('ins', request.instanceId).id,
    action,
    templateKey: template.key,
    templateVersion: template.version,
    version,
    createdAt,
  };
}

function newTasks({ id, tasks }: ProvisioningRequest): Prisma.ProvisioningTaskCreateManyInput[] {
  const { id: requestId, bucket } = keyOf('prq', id);
  return tasks.map((task, position) => {
    const { key, name, kind } = task;
    return { requestId, bucket, key, position, name, kind, ...ofTask(task) };
  });
}

// What changes while a request is worked on.

function ofRequest(request: ProvisioningRequest) {
  const { status, progress, cancelRequestedAt, failure, updatedAt, finishedAt } = request;
  return { status, progress, cancelRequestedAt, failure: json(failure), updatedAt, finishedAt };
}

function ofTask({ status, attempts, nextAttemptAt, lastError, output, ...times }: Task) {
  const { startedAt, finishedAt } = times;
  const fields = { status, attempts, nextAttemptAt, lastError, startedAt, finishedAt };
  return { ...fields, output: json(output) };
}

function ofInstance(instance: ProductInstance) {
  const { status, updatedAt, activatedAt, terminatedAt } = instance;
  const attributes = instance.attributes as Prisma.InputJsonObject;
  return { status, attributes, updatedAt, activatedAt, terminatedAt };
}

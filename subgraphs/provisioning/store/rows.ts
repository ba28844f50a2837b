import { formatId, rowKey, type RowKey } from '#ids';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import type { ProductInstance } from '../domain/instance.ts';
import type { ProvisioningFailure, ProvisioningRequest } from '../domain/request.ts';
import type { Task } from '../domain/task.ts';
import { Prisma } from '../generated/prisma/client.ts';

export const withTasks = {
  tasks: { orderBy: { position: 'asc' } },
} satisfies Prisma.ProvisioningRequestInclude;

export type RequestRow = Prisma.ProvisioningRequestGetPayload<{ include: typeof withTasks }>;
export type InstanceRow = Prisma.ProductInstanceGetPayload<object>;

/** The key in an id that was checked before. @throws TypeError for any other text. */
export function keyOf(prefix: string, id: string): RowKey {
  const key = rowKey(prefix, id);
  if (key === undefined) throw new TypeError(`${id} is not an id of kind ${prefix}`);
  return key;
}

/** The keys in those of the ids that are of that kind: anything may come from outside. */
export function keysOf(prefix: string, ids: readonly string[]): RowKey[] {
  return ids.map((id) => rowKey(prefix, id)).filter((key) => key !== undefined);
}

export function toInstance(row: InstanceRow): ProductInstance {
  const { sku, productName, status, version } = row;
  const { createdAt, updatedAt, activatedAt, terminatedAt } = row;
  return {
    id: formatId('ins', row.id),
    ownerId: formatId('usr', row.ownerId),
    orderId: formatId('ord', row.orderId),
    orderLineId: formatId('oln', row.orderLineId),
    sku,
    productName,
    status,
    version,
    configuration: toObject(row.configuration),
    attributes: toObject(row.attributes),
    createdAt,
    updatedAt,
    activatedAt,
    terminatedAt,
  };
}

export function toRequest(row: RequestRow): ProvisioningRequest {
  const { action, status, progress, version } = row;
  const { cancelRequestedAt, createdAt, updatedAt, finishedAt } = row;
  const id = formatId('prq', row.id);
  return {
    id,
    ownerId: formatId('usr', row.ownerId),
    orderId: formatId('ord', row.orderId),
    orderLineId: formatId('oln', row.orderLineId),
    instanceId: formatId('ins', row.instanceId),
    action,
    template: { key: row.templateKey, version: row.templateVersion },
    status,
    progress,
    version,
    cancelRequestedAt,
    failure: row.failure as unknown as ProvisioningFailure | null, // written by ourselves, as it is
    createdAt,
    updatedAt,
    finishedAt,
    tasks: row.tasks.map((task) => toTask(id, task)),
  };
}

function toTask(requestId: string, row: RequestRow['tasks'][number]): Task {
  const { key, name, kind, status, attempts } = row;
  const { nextAttemptAt, lastError, startedAt, finishedAt } = row;
  const output = row.output === null ? null : toObject(row.output);
  return {
    requestId,
    key,
    name,
    kind,
    status,
    attempts,
    nextAttemptAt,
    lastError,
    output,
    startedAt,
    finishedAt,
  };
}

/** JSON as Prisma takes it, where null means that there is none. */
export function json(value: JsonObject | ProvisioningFailure | null) {
  return value === null ? Prisma.DbNull : (value as unknown as Prisma.InputJsonValue);
}

export function toObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

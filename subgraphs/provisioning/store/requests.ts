import type { Principal } from '#auth';
import { NotFound } from '#errors';
import { formatId, rowKey } from '#ids';
import type { Provisioning } from '../domain/change.ts';
import type { ProvisioningRequest } from '../domain/request.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { pageOfEach, type PageOfEach } from './children.ts';
import type { Transaction } from './database.ts';
import { keyOf, keysOf, toInstance, toRequest, withTasks } from './rows.ts';
import { visibleTo } from './visibility.ts';

const withAll = { ...withTasks, instance: true } satisfies Prisma.ProvisioningRequestInclude;

/** Those of the requests that the caller may see, in any order. */
export async function findRequests(
  database: Transaction,
  caller: Principal,
  ids: readonly string[],
): Promise<ProvisioningRequest[]> {
  const keys = keysOf('prq', ids);
  return keys.length === 0 ? [] : await visibleRequests(database, caller, { OR: keys });
}

/** Those for these order lines that the caller may see, oldest first. */
export async function findRequestsOfLines(
  database: Transaction,
  caller: Principal,
  orderLineIds: readonly string[],
): Promise<ProvisioningRequest[]> {
  const keys = keysOf('oln', orderLineIds);
  if (keys.length === 0) return [];
  const lines = keys.map(({ id: orderLineId, bucket }) => ({ orderLineId, bucket }));
  return await visibleRequests(database, caller, { OR: lines });
}

/** Those for the order that the caller may see, oldest first. */
export async function findRequestsOfOrder(
  database: Transaction,
  caller: Principal,
  orderId: string,
): Promise<ProvisioningRequest[]> {
  const key = rowKey('ord', orderId);
  if (key === undefined) return [];
  return await visibleRequests(database, caller, { orderId: key.id, bucket: key.bucket });
}

/** Of each instance those that the caller may see, newest first. */
export async function listRequestsOfInstances(
  database: Transaction,
  caller: Principal,
  page: PageOfEach,
): Promise<ProvisioningRequest[]> {
  const ids = await pageOfEach(database, {
    table: Prisma.sql`provisioning_request`,
    parents: keysOf('ins', page.parentIds),
    parent: Prisma.sql`instance_id`,
    after: page.after === null ? undefined : rowKey('prq', page.after),
    newestFirst: true,
    limit: page.limit,
  });
  const found = await findRequests(
    database,
    caller,
    ids.map((id) => formatId('prq', id)),
  );
  return found.toReversed();
}

/** A request and its instance as they are now. */
export async function readProvisioning(
  database: Transaction,
  requestId: string,
): Promise<Provisioning> {
  const row = await database.provisioningRequest.findUnique({
    where: { id_bucket: keyOf('prq', requestId) },
    include: withAll,
    relationLoadStrategy: 'join',
  });
  if (row === null) throw new NotFound(requestId);
  const { instance, ...request } = row;
  return { request: toRequest(request), instance: toInstance(instance) };
}

/** As `readProvisioning`; both are held to the end of the transaction, so that changes come one by one. */
export async function lockProvisioning(tx: Transaction, requestId: string): Promise<Provisioning> {
  const { id, bucket } = keyOf('prq', requestId);
  await tx.$queryRaw`
    select from provisioning_request as request
    join product_instance as instance on (instance.id, instance.bucket) = (instance_id, request.bucket)
    where (request.id, request.bucket) = (${id}::uuid, ${bucket}::int2) for update`;
  return await readProvisioning(tx, requestId);
}

/** All for the order line, oldest first, held to the end of the transaction. */
export async function lockRequestsOfLine(
  tx: Transaction,
  orderLineId: string,
): Promise<Provisioning[]> {
  const { id, bucket } = keyOf('oln', orderLineId);
  await tx.$queryRaw`
    select from provisioning_request as request
    where (order_line_id, bucket) = (${id}::uuid, ${bucket}::int2) order by id for update`;
  const rows = await tx.provisioningRequest.findMany({
    where: { orderLineId: id, bucket },
    orderBy: { id: 'asc' },
    include: withAll,
  });
  return rows.map(({ instance, ...request }) => ({
    request: toRequest(request),
    instance: toInstance(instance),
  }));
}

async function visibleRequests(
  database: Transaction,
  caller: Principal,
  where: Prisma.ProvisioningRequestWhereInput,
): Promise<ProvisioningRequest[]> {
  const rows = await database.provisioningRequest.findMany({
    where: { ...where, ...visibleTo(caller) },
    orderBy: { id: 'asc' },
    include: withTasks,
    relationLoadStrategy: 'join',
  });
  return rows.map(toRequest);
}

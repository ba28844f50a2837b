import { isService, type Principal } from '#auth';
import { NotFound } from '#errors';
import { formatId, rowKey, type RowKey } from '#ids';
import type { DeliveryRequest } from '../domain/delivery.ts';
import type { Order } from '../domain/order.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Database, Transaction } from './database.ts';
import { json, keyOf, toOrder, toRequest, withParts } from './rows.ts';

/** Those of the orders that the caller may see, in any order. */
export async function findOrders(
  database: Transaction,
  caller: Principal,
  ids: readonly string[],
): Promise<Order[]> {
  const keys = ids.map((id) => rowKey('ord', id)).filter((key) => key !== undefined);
  if (keys.length === 0) return [];
  const rows = await database.order.findMany({
    where: { OR: keys, ...visibleTo(caller) },
    include: withParts,
  });
  return rows.map(toOrder);
}

/** As `findOrders`, by the numbers that people read. */
export async function findOrdersByNumber(
  database: Database,
  caller: Principal,
  numbers: readonly string[],
): Promise<Order[]> {
  const rows = await database.order.findMany({
    where: { number: { in: [...numbers] }, ...visibleTo(caller) },
    include: withParts,
  });
  return rows.map(toOrder);
}

/** As `findOrders`, by their lines: those that have one of these. */
export async function findOrdersByLine(
  database: Database,
  caller: Principal,
  lineIds: readonly string[],
): Promise<Order[]> {
  const keys = lineIds.map((id) => rowKey('oln', id)).filter((key) => key !== undefined);
  if (keys.length === 0) return [];
  const lines = await database.orderLine.findMany({
    where: { OR: keys },
    select: { orderId: true },
  });
  const orderIds = new Set(lines.map(({ orderId }) => formatId('ord', orderId)));
  return await findOrders(database, caller, [...orderIds]);
}

/** Newest first: at most `limit`, after that one, of one person or of everybody whom the caller may see. */
export async function listOrders(
  database: Database,
  caller: Principal,
  page: { readonly ownerId: string | null; readonly limit: number; readonly after: string | null },
): Promise<Order[]> {
  const owner = page.ownerId === null ? undefined : rowKey('usr', page.ownerId);
  const after = page.after === null ? undefined : rowKey('ord', page.after);
  const rows = await database.order.findMany({
    where: {
      AND: [visibleTo(caller), owner === undefined ? {} : { ownerId: owner.id }],
      ...(after !== undefined && { id: { lt: after.id } }),
    },
    orderBy: { id: 'desc' },
    take: page.limit,
    include: withParts,
  });
  return rows.map(toOrder);
}

/** The order, if the caller may see it, or NOT_FOUND; held to the end, so that changes come one by one. */
export async function lockOrder(tx: Transaction, caller: Principal, id: string): Promise<Order> {
  const key = rowKey('ord', id);
  if (key === undefined) throw new NotFound(id);
  await tx.$queryRaw`select from "order" where id = ${key.id}::uuid and bucket = ${key.bucket}::int2 for update`;
  const [order] = await findOrders(tx, caller, [id]);
  if (order === undefined) throw new NotFound(id);
  return order;
}

/** `Q-2026-000123`: unique, rising, and with gaps where a transaction was rolled back. */
export async function nextOrderNumber(tx: Transaction, now: Date): Promise<string> {
  const [row] = await tx.$queryRaw<{ next: bigint }[]>`select nextval('order_number') as next`;
  return `Q-${now.getUTCFullYear()}-${String(row?.next).padStart(6, '0')}`;
}

export async function insertOrder(tx: Transaction, order: Order, cartId: string): Promise<void> {
  const key = keyOf('ord', order.id);
  const { number, currency, paymentMethod, placedAt } = order;
  await tx.order.create({
    data: {
      ...key,
      ...changing(order),
      ownerId: keyOf('usr', order.ownerId).id,
      cartId: keyOf('crt', cartId).id,
      number,
      currency,
      paymentMethod,
      placedAt,
    },
  });
  await tx.orderLine.createMany({
    data: order.lines.map((line, position) => ({
      ...keyOf('oln', line.id),
      orderId: key.id,
      position,
      sku: line.sku,
      productName: line.productName,
      quantity: line.quantity,
      periods: line.periods,
      unitPrice: line.unitPrice.amount,
      period: line.recurrence?.period ?? null,
      periodCount: line.recurrence?.periodCount ?? null,
      total: line.total.amount,
      configuration: json(line.configuration),
      templateKey: line.templateKey,
      status: line.status,
    })),
  });
}

/** Writes what has changed of an order that was locked before. */
export async function saveOrder(tx: Transaction, order: Order, before: Order): Promise<void> {
  const key = keyOf('ord', order.id);
  await tx.order.update({ where: { id_bucket: key }, data: changing(order) });
  for (const [index, line] of order.lines.entries()) {
    if (line.status === before.lines[index]?.status) continue;
    const { status } = line;
    await tx.orderLine.update({ where: { id_bucket: keyOf('oln', line.id) }, data: { status } });
  }
  for (const [index, payment] of order.payments.entries()) {
    if (payment !== before.payments[index]) await savePayment(tx, key, payment);
  }
}

async function savePayment(
  tx: Transaction,
  order: RowKey,
  payment: Order['payments'][number],
): Promise<void> {
  const id_bucket = keyOf('pay', payment.id);
  const { status, amount, captured, refunded, providerId, method, failure, createdAt } = payment;
  const data = {
    status,
    captured: captured.amount,
    refunded: refunded.amount,
    providerId,
    method: json(method),
    failureCode: failure?.code ?? null,
    failureMessage: failure?.message ?? null,
    failureRetryable: failure?.retryable ?? null,
  };
  const fixed = { orderId: order.id, currency: amount.currency, amount: amount.amount, createdAt };
  await tx.payment.upsert({
    where: { id_bucket },
    update: data,
    create: { ...id_bucket, ...fixed, ...data },
  });
}

/** What provisioning's events told of this order's lines. */
export async function findRequests(
  database: Transaction,
  orderId: string,
): Promise<DeliveryRequest[]> {
  const { id, bucket } = keyOf('ord', orderId);
  const rows = await database.provisioningRequest.findMany({
    where: { orderId: id, bucket },
    orderBy: { id: 'asc' },
  });
  return rows.map(toRequest);
}

export async function saveRequest(
  tx: Transaction,
  orderId: string,
  request: DeliveryRequest,
): Promise<void> {
  const id_bucket = keyOf('prq', request.id);
  const { action, status, progress, failure } = request;
  const data = {
    status,
    progress,
    failureCode: failure?.code ?? null,
    failureMessage: failure?.message ?? null,
  };
  const fixed = {
    orderId: keyOf('ord', orderId).id,
    orderLineId: keyOf('oln', request.orderLineId).id,
    instanceId: keyOf('ins', request.instanceId).id,
    action,
  };
  await tx.provisioningRequest.upsert({
    where: { id_bucket },
    update: data,
    create: { ...id_bucket, ...fixed, ...data },
  });
}

function changing(order: Order) {
  const { status, failure, version, updatedAt, completedAt } = order;
  const { cancelRequestedAt, capturingAt } = order;
  return {
    status,
    failureCode: failure?.code ?? null,
    failureMessage: failure?.message ?? null,
    failureStep: failure?.step ?? null,
    version,
    updatedAt,
    completedAt,
    cancelRequestedAt,
    capturingAt,
  };
}

/** A person sees their own; `orders:read` and the purchase itself see all. */
function visibleTo(caller: Principal): Prisma.OrderWhereInput {
  if (caller.scopes.has('orders:read') || isService(caller, 'orders')) return {};
  const owner = rowKey('usr', caller.id);
  return owner === undefined ? { ownerId: { in: [] } } : { ownerId: owner.id };
}

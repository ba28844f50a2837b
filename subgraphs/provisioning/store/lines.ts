import type { Transaction } from './database.ts';
import { keyOf } from './rows.ts';

/** An order line, as far as provisioning knows it. */
export interface LineKey {
  readonly orderId: string;
  readonly ownerId: string;
  readonly orderLineId: string;
}

/**
 * Holds the line to the end of the transaction, known before or not, so that starting and cancelling
 * come one after the other. Says whether it was cancelled.
 */
export async function lockLine(
  tx: Transaction,
  { orderId, ownerId, orderLineId }: LineKey,
  now: Date,
): Promise<{ readonly isCancelled: boolean }> {
  const { id, bucket } = keyOf('oln', orderLineId);
  const order = keyOf('ord', orderId).id;
  const owner = keyOf('usr', ownerId).id;
  const [row] = await tx.$queryRaw<{ isCancelled: boolean }[]>`
    insert into order_line as line (id, bucket, order_id, owner_id, created_at)
    values (${id}::uuid, ${bucket}::int2, ${order}::uuid, ${owner}::uuid, ${now}::timestamptz)
    on conflict (id, bucket) do update set order_id = line.order_id
    returning cancel_requested_at is not null as "isCancelled"`;
  return { isCancelled: row?.isCancelled === true };
}

/** Once cancelled, a line stays so. */
export async function cancelLine(tx: Transaction, orderLineId: string, now: Date): Promise<void> {
  await tx.orderLine.updateMany({
    where: { ...keyOf('oln', orderLineId), cancelRequestedAt: null },
    data: { cancelRequestedAt: now },
  });
}

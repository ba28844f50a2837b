import { serviceItself } from '#auth';
import { Refusal } from '#errors';
import type { OrderEvent } from '../../domain/event.ts';
import type { Order, OrderFailure } from '../../domain/order.ts';
import type { Parts } from '../../parts.ts';

/** In whose name the purchase acts, once the customer has placed the order. */
export const purchaser = serviceItself('orders');

/** What a step makes of the order, and what it tells. Undefined when there is nothing to do any more. */
export type OrderChange = (
  order: Order,
) => { readonly order: Order; readonly events: readonly OrderEvent[] } | Refusal | undefined;

/** Changes the order under its lock. Doing it again must be no change: a step may run twice. */
export async function changeOrder(
  { orders }: Parts,
  id: string,
  change: OrderChange,
): Promise<Order | Refusal> {
  return await orders.transact(async (tx) => {
    const before = await tx.lockOrder(purchaser, id);
    const changed = change(before);
    if (changed === undefined || changed instanceof Refusal) return changed ?? before;
    if (changed.order === before) return before;
    await tx.saveOrder(changed.order, before);
    for (const event of changed.events) tx.append(before, purchaser.id, event);
    return changed.order;
  });
}

/** The order as it is now. */
export async function readOrder({ orders }: Parts, id: string): Promise<Order> {
  const [order] = await orders.findOrders(purchaser, [id]);
  if (order === undefined) throw new Error(`the order ${id} is gone`);
  return order;
}

/** Why a step does nothing: cancelling was asked for before it. */
export function cancelledBefore({ cancelRequestedAt }: Order, step: string): OrderFailure | null {
  if (cancelRequestedAt === null) return null;
  return { code: 'CANCELLED', message: 'The order was cancelled.', step };
}

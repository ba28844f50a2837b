import type { Principal } from '#auth';
import { NotFound, Refusal } from '#errors';
import { requestCancellation, type Order } from '../domain/order.ts';
import type { Parts } from '../parts.ts';

export interface CancelOrder {
  readonly id: string;
  readonly reason?: string | null;
  readonly expectedVersion?: number | null;
  readonly idempotencyKey: string;
}

/** Asks the purchase to stop; it undoes what was done. Key, change and event share one transaction. */
export async function cancelOrder(
  { orders, clock }: Parts,
  caller: Principal,
  { idempotencyKey: key, ...input }: CancelOrder,
): Promise<Order | Refusal> {
  const attempt = { callerId: caller.id, operation: 'cancelOrder', key, input };
  const outcome = await orders.transact((tx) =>
    tx.once(attempt, async () => {
      const found = await tx.lockOrder(caller, input.id);
      if (typeof input.expectedVersion === 'number' && input.expectedVersion !== found.version) {
        return new Refusal('STALE', 'The order has changed meanwhile; read it again.', [
          'expectedVersion',
        ]);
      }
      const order = requestCancellation(found, clock());
      if (order instanceof Refusal) return order;
      if (order === found) return order.id;

      await tx.saveOrder(order, found);
      const data = { reason: input.reason ?? null };
      tx.append(order, caller.id, { type: 'order.cancellation_requested', data });
      await tx.wakePurchase(order.id, 'cancel');
      return order.id;
    }),
  );
  if (outcome instanceof Refusal) return outcome;
  const [order] = await orders.findOrders(caller, [outcome]);
  if (order === undefined) throw new NotFound(outcome);
  return order;
}

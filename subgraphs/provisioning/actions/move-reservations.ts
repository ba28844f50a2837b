import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { movesTo, type Reservation } from '../domain/stock.ts';
import type { Parts } from '../parts.ts';
import type { ProvisioningTransaction } from '../store/transaction.ts';
import { demandId, demandOrders } from './sibling-command.ts';

export interface MoveReservations {
  readonly orderId: string;
  readonly orderLineIds: readonly string[];
  readonly idempotencyKey: string;
}

/**
 * Gives back what the lines hold. A line that never held anything is marked as well, so that a reserve
 * which comes late can't hold stock that nobody would release.
 */
export async function releaseStock(
  { store, clock }: Parts,
  caller: Principal,
  input: MoveReservations,
): Promise<Refusal | null> {
  const attempt = demandAttempt('releaseStock', caller, input);
  const { orderId, orderLineIds } = input;
  return await store.command(attempt, async (tx) => {
    const lines = [...new Set(orderLineIds)].map((orderLineId) => ({ orderLineId }));
    await tx.insertReservations({ orderId, ownerId: null }, lines, 'RELEASED', clock());
    const found = await tx.lockReservations(orderLineIds);
    return await move(
      tx,
      found.filter(({ status }) => status !== 'RELEASED'),
      'RELEASED',
      caller.id,
      clock(),
    );
  });
}

/** Turns what was held for a while into what is held for good. */
export async function allocateStock(
  { store, clock }: Parts,
  caller: Principal,
  input: MoveReservations,
): Promise<Refusal | null> {
  const attempt = demandAttempt('allocateStock', caller, input);
  return await store.command(attempt, async (tx) => {
    const found = await tx.lockReservations(input.orderLineIds);
    const holding = new Map(found.map((each) => [each.orderLineId, each.status]));
    const empty = input.orderLineIds.findIndex(
      (id) => (holding.get(id) ?? 'RELEASED') === 'RELEASED',
    );
    if (empty !== -1) {
      const message = 'This order line holds nothing that could be allocated.';
      return new Refusal('RESERVATION_RELEASED', message, ['orderLineIds', `${empty}`]);
    }
    return await move(
      tx,
      found.filter(({ status }) => status === 'RESERVED'),
      'ALLOCATED',
      caller.id,
      clock(),
    );
  });
}

function demandAttempt(
  operation: string,
  caller: Principal,
  { idempotencyKey: key, ...input }: MoveReservations,
) {
  demandOrders(caller);
  demandId('ord', input.orderId, 'orderId');
  for (const [n, id] of input.orderLineIds.entries()) demandId('oln', id, `orderLineIds.${n}`);
  return { callerId: caller.id, operation, key, input };
}

async function move(
  tx: ProvisioningTransaction,
  reservations: readonly Reservation[],
  status: 'RELEASED' | 'ALLOCATED',
  actor: string,
  now: Date,
): Promise<null> {
  const moves = movesTo(status, reservations);
  const moved = await tx.moveStock(moves, actor, now);
  const stuck = moves.find(({ sku }) => !moved.has(sku));
  if (stuck !== undefined) throw new Error(`the stock of ${stuck.sku} has lost what is held of it`);
  await tx.saveReservations(
    reservations.map(({ orderLineId }) => orderLineId),
    status,
    now,
  );
  return null;
}

import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { movesTo } from '../domain/stock.ts';
import type { Parts } from '../parts.ts';
import type { StockLine } from '../store/stock.ts';
import { badInput, demandId, demandOrders, demandUnits } from './sibling-command.ts';

export interface ReserveStock {
  readonly orderId: string;
  readonly ownerId: string;
  readonly lines: readonly StockLine[];
  readonly idempotencyKey: string;
}

/** Holds stock for every line, or for none. A line that holds some already holds no more. */
export async function reserveStock(
  { store, clock }: Parts,
  caller: Principal,
  { idempotencyKey: key, ...input }: ReserveStock,
): Promise<Refusal | null> {
  demandOrders(caller);
  demandLines(input);
  const { lines } = input;
  const attempt = { callerId: caller.id, operation: 'reserveStock', key, input };
  return await store.command(attempt, async (tx) => {
    const now = clock();
    const added = await tx.insertReservations(input, lines, 'RESERVED', now);
    const known = lines.filter(({ orderLineId }) => !added.has(orderLineId));
    const found = await tx.lockReservations(known.map(({ orderLineId }) => orderLineId));
    const released = found.find(({ status }) => status === 'RELEASED');
    if (released !== undefined) return refuseReleased(lines, released.orderLineId);

    const asked = lines.filter(({ orderLineId }) => added.has(orderLineId));
    const moves = movesTo(
      'RESERVED',
      asked.map((line) => ({ ...line, status: 'RELEASED' })),
    );
    const moved = await tx.moveStock(moves, caller.id, now);
    const short = asked.find(({ sku }) => !moved.has(sku));
    return short === undefined ? null : refuseShort(lines, short);
  });
}

function demandLines({ orderId, ownerId, lines }: Omit<ReserveStock, 'idempotencyKey'>): void {
  demandId('usr', ownerId, 'ownerId');
  demandId('ord', orderId, 'orderId', ownerId);
  for (const [n, line] of lines.entries()) {
    demandId('oln', line.orderLineId, `lines.${n}.orderLineId`, ownerId);
    demandUnits(line, `lines.${n}.`);
  }
  if (new Set(lines.map(({ orderLineId }) => orderLineId)).size < lines.length) {
    throw badInput('lines', 'name each order line once');
  }
}

function refuseReleased(lines: readonly StockLine[], orderLineId: string): Refusal {
  const n = lines.findIndex((line) => line.orderLineId === orderLineId);
  const message = 'What this order line held was given back; it can hold nothing again.';
  return new Refusal('RESERVATION_RELEASED', message, ['lines', `${n}`, 'orderLineId']);
}

function refuseShort(lines: readonly StockLine[], short: StockLine): Refusal {
  const message = `There is not enough of ${short.sku} for ${short.quantity}.`;
  return new Refusal('OUT_OF_STOCK', message, ['lines', `${lines.indexOf(short)}`, 'quantity']);
}

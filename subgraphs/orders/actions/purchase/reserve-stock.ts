import { Refusal } from '#errors';
import { advance, advanceLines, type OrderFailure } from '../../domain/order.ts';
import type { Parts } from '../../parts.ts';
import { cancelledBefore, changeOrder, readOrder } from './change-order.ts';

/** Holds the stock of all lines, or says why not. */
export async function reserveStock(
  parts: Parts,
  orderId: string,
  key: string,
): Promise<OrderFailure | null> {
  const order = await readOrder(parts, orderId);
  const cancelled = cancelledBefore(order, 'reserve');
  if (cancelled !== null) return cancelled;
  const refused = await parts.provisioning.reserve(order, key);
  if (refused !== null) return { ...refused, step: 'reserve' };
  await changeOrder(parts, orderId, (found) => {
    const now = parts.clock();
    const reserved = advanceLines(found, lineIds(found), 'RESERVED', now);
    const begun = advance(reserved, 'IN_PROGRESS', now);
    // Cancelling may have come first: what was reserved will be undone with the rest.
    const next = begun instanceof Refusal ? reserved : begun;
    return { order: next, events: [{ type: 'stock.reserved', data: {} }] };
  });
  return null;
}

/** Gives back what is held, or may be held, for the order. */
export async function releaseStock(parts: Parts, orderId: string): Promise<void> {
  const order = await readOrder(parts, orderId);
  await parts.provisioning.release(order, lineIds(order));
}

function lineIds({ lines }: { readonly lines: readonly { readonly id: string }[] }): string[] {
  return lines.map(({ id }) => id);
}

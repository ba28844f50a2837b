import { Refusal } from '#errors';
import type { OrderEvent } from '../../domain/event.ts';
import { advance, advanceLines, type OrderFailure } from '../../domain/order.ts';
import type { Parts } from '../../parts.ts';
import type { DeliveryState } from './deliver.ts';
import { changeOrder, readOrder } from './change-order.ts';

/** Makes what was delivered the customer's for good, and gives back what was held for the rest. */
export async function settleOrder(
  parts: Parts,
  orderId: string,
  { deliveredLineIds, failedLineIds }: DeliveryState,
): Promise<void> {
  const { provisioning, clock } = parts;
  const order = await readOrder(parts, orderId);
  await provisioning.allocate(order, deliveredLineIds);
  if (failedLineIds.length > 0) await provisioning.release(order, failedLineIds);

  const whole = failedLineIds.length === 0;
  const end: OrderEvent = {
    type: whole ? 'order.completed' : 'order.partially_completed',
    data: {},
  };
  await changeOrder(parts, orderId, (found) => {
    const now = clock();
    const delivered = advanceLines(found, deliveredLineIds, 'COMPLETED', now);
    const settled = advanceLines(delivered, failedLineIds, 'FAILED', now);
    const ended = advance(settled, whole ? 'COMPLETED' : 'PARTIALLY_COMPLETED', now);
    if (ended instanceof Refusal || ended.status === found.status) return undefined;
    return {
      order: ended,
      events: [
        ...deliveredLineIds.map((lineId) => lineEvent('line.completed', lineId)),
        ...failedLineIds.map((lineId) => lineEvent('line.failed', lineId)),
        end,
      ],
    };
  });
}

/** Ends an order of which everything was undone: CANCELLED if that was asked for, else FAILED. */
export async function endOrder(
  parts: Parts,
  orderId: string,
  failure: OrderFailure,
): Promise<void> {
  await changeOrder(parts, orderId, (found) => {
    const now = parts.clock();
    const cancelled = found.cancelRequestedAt !== null;
    const lineIds = found.lines.map(({ id }) => id);
    const undone = advanceLines(found, lineIds, cancelled ? 'CANCELLED' : 'FAILED', now);
    const ended = advance(undone, cancelled ? 'CANCELLED' : 'FAILED', now);
    if (ended instanceof Refusal || ended.status === found.status) return undefined;
    return {
      order: { ...ended, failure: cancelled ? null : failure },
      events: [
        cancelled
          ? { type: 'order.cancelled', data: {} }
          : { type: 'order.failed', data: { failure } },
      ],
    };
  });
}

function lineEvent(type: OrderEvent['type'], lineId: string): OrderEvent {
  return { type, data: { lineId } };
}

import { deliveryOf } from '../../domain/delivery.ts';
import { advanceLines, type Order, type OrderFailure, type OrderLine } from '../../domain/order.ts';
import type { Parts } from '../../parts.ts';
import { cancelledBefore, changeOrder, readOrder } from './change-order.ts';

/** How delivering stands: what has arrived, what never will, and whether to stop waiting. */
export interface DeliveryState {
  readonly settled: boolean;
  readonly cancelRequested: boolean;
  readonly deliveredLineIds: readonly string[];
  readonly failedLineIds: readonly string[];
  /** Why the first of the failed lines failed. */
  readonly failure: OrderFailure | null;
}

/** Starts to provision every line at once, or says why one could not be started. */
export async function startDelivery(
  parts: Parts,
  orderId: string,
  key: string,
): Promise<OrderFailure | null> {
  const order = await readOrder(parts, orderId);
  const cancelled = cancelledBefore(order, 'provision');
  if (cancelled !== null) return cancelled;
  const lines = order.lines.filter(isProvisioned);
  const lineIds = lines.map(({ id }) => id);
  // Told first: provisioning's own news may come before its answer.
  await changeOrder(parts, orderId, (found) => ({
    order: advanceLines(found, lineIds, 'PROVISIONING', parts.clock()),
    events: [{ type: 'order.in_progress', data: { lineIds } }],
  }));
  const refusals = await Promise.all(
    lines.map((line) => parts.provisioning.start(order, line, key)),
  );
  const refused = refusals.find((refusal) => refusal !== null);
  return refused === undefined ? null : { ...refused, step: 'provision' };
}

/** What provisioning's events have told so far. */
export async function readDelivery(parts: Parts, orderId: string): Promise<DeliveryState> {
  const order = await readOrder(parts, orderId);
  const requests = await parts.orders.findRequests(orderId);
  const deliveries = order.lines.map((line) => ({
    line,
    // What needs no provisioning is delivered with the payment.
    delivery: isProvisioned(line) ? deliveryOf(line, requests) : 'DELIVERED',
  }));
  const idsOf = (wanted: string) =>
    deliveries.filter(({ delivery }) => delivery === wanted).map(({ line }) => line.id);
  const failedLineIds = idsOf('FAILED');
  const cause = requests.find(
    ({ orderLineId, failure }) => failure !== null && failedLineIds.includes(orderLineId),
  );
  return {
    settled: idsOf('UNDER_WAY').length === 0,
    cancelRequested: order.cancelRequestedAt !== null,
    deliveredLineIds: idsOf('DELIVERED'),
    failedLineIds,
    failure: failedLineIds.length === 0 ? null : failureOf(cause?.failure ?? null),
  };
}

/** Stops and undoes these lines; true once nothing of them runs or will run. */
export async function undoDelivery(
  parts: Parts,
  orderId: string,
  lineIds: readonly string[] | 'all',
): Promise<boolean> {
  const order = await readOrder(parts, orderId);
  const lines = order.lines.filter(
    (line) => isProvisioned(line) && (lineIds === 'all' || lineIds.includes(line.id)),
  );
  const undone = await Promise.all(
    lines.map((line) => parts.provisioning.cancel(order, line, reasonOf(order))),
  );
  return undone.every(Boolean);
}

function isProvisioned({ templateKey }: OrderLine): boolean {
  return templateKey !== null;
}

function reasonOf({ cancelRequestedAt }: Order): string {
  return cancelRequestedAt === null ? 'The purchase failed.' : 'The order was cancelled.';
}

function failureOf(cause: { readonly code: string; readonly message: string } | null) {
  const { code = 'PROVISIONING_FAILED', message = 'It could not be provisioned.' } = cause ?? {};
  return { code, message, step: 'provision' };
}

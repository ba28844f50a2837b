import type { CloudEvent } from '#events';
import { isFinal, type DeliveryRequest } from '../domain/delivery.ts';
import { isAtRest } from '../domain/order.ts';
import type { OrdersTransaction } from '../store/store.ts';
import { purchaser } from './purchase/change-order.ts';

/**
 * Takes in what provisioning tells of a request: keeps it, tells the order's watchers when its status or
 * progress has changed, and wakes the purchase when the request has ended.
 */
export async function applyProvisioningEvent(
  tx: OrdersTransaction,
  { id, data }: CloudEvent,
): Promise<void> {
  const news = read(data);
  if (news === null) return;
  const { orderId, request } = news;
  const order = await tx.lockOrder(purchaser, orderId);
  const known = (await tx.findRequests(orderId)).find((each) => each.id === request.id);
  if (known?.status === request.status && known.progress === request.progress) return;

  await tx.saveRequest(orderId, request);
  const { id: requestId, orderLineId: lineId, instanceId, action, status, progress } = request;
  tx.append(order, purchaser.id, {
    type: 'line.provisioning',
    data: { lineId, requestId, instanceId, action, status, progress, failure: request.failure },
  });
  if (isFinal(request) && !isAtRest(order)) await tx.wakePurchase(orderId, id);
}

/** What an event of provisioning says of a request for an order; null when it tells of something else. */
function read(
  data: CloudEvent['data'],
): { readonly orderId: string; readonly request: DeliveryRequest } | null {
  const { requestId, orderId, orderLineId, instanceId, action, status, progress, failure } = data;
  if (
    typeof requestId !== 'string' ||
    typeof orderId !== 'string' ||
    typeof orderLineId !== 'string' ||
    typeof instanceId !== 'string' ||
    typeof action !== 'string' ||
    typeof status !== 'string' ||
    typeof progress !== 'number'
  ) {
    return null;
  }
  return {
    orderId,
    request: {
      id: requestId,
      orderLineId,
      instanceId,
      action,
      status,
      progress,
      failure: isFailure(failure) ? { code: failure.code, message: failure.message } : null,
    },
  };
}

function isFailure(value: unknown): value is { readonly code: string; readonly message: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message } = value as Record<string, unknown>;
  return typeof code === 'string' && typeof message === 'string';
}

import { Saga, type Run, type Workflow } from '#workflow';
import { authorizePayment, undoPayment } from '../actions/purchase/authorize-payment.ts';
import { capturePayment } from '../actions/purchase/capture-payment.ts';
import {
  readDelivery,
  startDelivery,
  undoDelivery,
  type DeliveryState,
} from '../actions/purchase/deliver.ts';
import { releaseStock, reserveStock } from '../actions/purchase/reserve-stock.ts';
import { endOrder, settleOrder } from '../actions/purchase/settle-order.ts';
import type { OrderFailure } from '../domain/order.ts';
import type { Parts } from '../parts.ts';
import { wakeTopic } from '../store/store.ts';

/** Events wake the purchase; should one be missed, it looks again after this long. */
const lookAgainSeconds = 600;
const askAgainSeconds = 5;

/**
 * The purchase, from a placed order to its end. Each step says what undoes it before it runs. When one
 * fails for good, everything that was done or may have been done is undone, last first.
 */
export function createPurchase(parts: Parts): Workflow {
  return {
    name: 'purchase',
    work: async (run, orderId) => {
      const saga = new Saga(run);
      const outcome = await buy(parts, run, saga, orderId);
      if ('step' in outcome) {
        await saga.undo();
        await run.step('end', () => endOrder(parts, orderId, outcome));
      } else {
        await run.step('settle', () => settleOrder(parts, orderId, outcome));
      }
    },
  };
}

/** What was delivered and paid for, or why nothing was. */
async function buy(
  parts: Parts,
  run: Run,
  saga: Saga,
  orderId: string,
): Promise<DeliveryState | OrderFailure> {
  const payKey = saga.keyOf('authorize');
  const unreserved = await saga.step(
    'reserve',
    () => run.step('release', () => releaseStock(parts, orderId)),
    (key) => reserveStock(parts, orderId, key),
  );
  if (unreserved !== null) return unreserved;

  const unpaid = await saga.step(
    'authorize',
    () => run.step('undo-payment', () => undoPayment(parts, orderId, payKey)),
    (key) => authorizePayment(parts, orderId, key),
  );
  if (unpaid !== null) return unpaid;

  const unstarted = await saga.step(
    'provision',
    () => untilUndone(parts, run, orderId, 'all'),
    (key) => startDelivery(parts, orderId, key),
  );
  if (unstarted !== null) return unstarted;

  const delivery = await untilSettled(parts, run, orderId);
  if (delivery.cancelRequested) return cancelled;
  if (delivery.deliveredLineIds.length === 0) return delivery.failure ?? cancelled;
  // Of a line that failed, some units may run all the same.
  if (delivery.failedLineIds.length > 0) {
    await untilUndone(parts, run, orderId, delivery.failedLineIds);
  }
  const uncaptured = await run.step('capture', () =>
    capturePayment(parts, orderId, delivery.deliveredLineIds, saga.keyOf('capture')),
  );
  return uncaptured ?? delivery;
}

const cancelled: OrderFailure = {
  code: 'CANCELLED',
  message: 'The order was cancelled.',
  step: 'provision',
};

/** Waits until every branch has ended, or cancelling was asked for. */
async function untilSettled(parts: Parts, run: Run, orderId: string): Promise<DeliveryState> {
  for (;;) {
    const delivery = await run.step('look', () => readDelivery(parts, orderId));
    if (delivery.settled || delivery.cancelRequested) return delivery;
    await run.receive(wakeTopic, lookAgainSeconds);
  }
}

/** Asks provisioning to stop and undo these lines, until nothing of them runs. */
async function untilUndone(
  parts: Parts,
  run: Run,
  orderId: string,
  lineIds: readonly string[] | 'all',
): Promise<void> {
  while (!(await run.step('undo-delivery', () => undoDelivery(parts, orderId, lineIds)))) {
    await run.receive(wakeTopic, askAgainSeconds);
  }
}

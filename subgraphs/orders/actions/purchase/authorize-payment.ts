import { makeId } from '#ids';
import { PaymentDeclined } from '../../clients/payments.ts';
import type { OrderEvent } from '../../domain/event.ts';
import { totalOf, type Order, type OrderFailure } from '../../domain/order.ts';
import { failPayment, refundPayment, settlePayment, type Payment } from '../../domain/payment.ts';
import type { Parts } from '../../parts.ts';
import { cancelledBefore, changeOrder, readOrder } from './change-order.ts';

/** Has the provider hold the order's total, or says why it would not. The attempt is written down first. */
export async function authorizePayment(
  parts: Parts,
  orderId: string,
  key: string,
): Promise<OrderFailure | null> {
  const order = await readOrder(parts, orderId);
  // Once an attempt is written down the provider may know of it, so it is followed to its end.
  const cancelled = cancelledBefore(order, 'authorize');
  if (cancelled !== null && order.payments.length === 0) return cancelled;
  const payment = await beginPayment(parts, orderId);
  const answer = await parts.payments.authorize(
    {
      amount: payment.amount,
      method: order.paymentMethod,
      orderId,
      orderNumber: order.number,
    },
    key,
  );
  if (answer instanceof PaymentDeclined) {
    await changePayment(parts, orderId, 'payment.failed', (attempt) =>
      failPayment({ ...attempt, providerId: answer.providerId }, answer.failure),
    );
    return { code: 'PAYMENT_DECLINED', message: answer.failure.message, step: 'authorize' };
  }
  await changePayment(parts, orderId, 'payment.authorized', (attempt) =>
    settlePayment(attempt, answer),
  );
  return null;
}

/** Lets go of the hold, or gives back what was taken: of whatever the provider knows under our key. */
export async function undoPayment(parts: Parts, orderId: string, key: string): Promise<void> {
  const [payment] = (await readOrder(parts, orderId)).payments;
  if (payment === undefined || payment.status === 'FAILED') return;
  if (payment.providerId === null) {
    // Its answer never reached us. Asked again with its key, the provider tells what it did.
    const failure = await authorizePayment(parts, orderId, key);
    if (failure === null) await undoPayment(parts, orderId, key);
    return;
  }
  const { refunded, ...answer } = await parts.payments.undo(payment.providerId, `${key}:undo`);
  if (answer.status === 'CAPTURED') {
    await changePayment(parts, orderId, 'payment.refunded', (attempt) =>
      refundPayment(settlePayment(attempt, answer), refunded),
    );
  } else {
    await changePayment(parts, orderId, 'payment.cancelled', (attempt) =>
      settlePayment(attempt, answer),
    );
  }
}

/** Changes the attempt under the order's lock, and tells of it; no news changes nothing. */
export async function changePayment(
  parts: Parts,
  orderId: string,
  type: OrderEvent['type'],
  change: (payment: Payment) => Payment,
): Promise<void> {
  await changeOrder(parts, orderId, (order) => {
    const [payment] = order.payments;
    if (payment === undefined) return undefined;
    const changed = change(payment);
    if (changed.status === payment.status) return undefined;
    const { id: paymentId, amount, captured, refunded, failure } = changed;
    return {
      order: withPayment(order, changed, parts.clock()),
      events: [{ type, data: { paymentId, amount, captured, refunded, failure } }],
    };
  });
}

async function beginPayment(parts: Parts, orderId: string): Promise<Payment> {
  const now = parts.clock();
  const order = await changeOrder(parts, orderId, (found) => {
    if (found.payments.length > 0) return undefined;
    const nothing = { ...totalOf(found), amount: '0' };
    const payment: Payment = {
      id: makeId('pay', found.ownerId, now),
      status: 'PENDING',
      amount: totalOf(found),
      captured: nothing,
      refunded: nothing,
      providerId: null,
      method: null,
      failure: null,
      createdAt: now,
    };
    return { order: withPayment(found, payment, now), events: [] };
  });
  const [payment] = 'payments' in order ? order.payments : [];
  if (payment === undefined) throw new Error(`no payment was begun for ${orderId}`);
  return payment;
}

function withPayment(order: Order, payment: Payment, now: Date): Order {
  return { ...order, payments: [payment], version: order.version + 1, updatedAt: now };
}

import { Refusal } from '#errors';
import { sum } from '#money';
import { PaymentDeclined } from '../../clients/payments.ts';
import { beginCapture, type OrderFailure } from '../../domain/order.ts';
import { settlePayment } from '../../domain/payment.ts';
import type { Parts } from '../../parts.ts';
import { changePayment } from './authorize-payment.ts';
import { changeOrder } from './change-order.ts';

/**
 * Passes the point of no return and takes the money for what was delivered, no more; or says why not:
 * because cancelling came first, or because the provider would not.
 */
export async function capturePayment(
  parts: Parts,
  orderId: string,
  deliveredLineIds: readonly string[],
  key: string,
): Promise<OrderFailure | null> {
  const order = await changeOrder(parts, orderId, (found) => {
    const capturing = beginCapture(found, parts.clock());
    return capturing instanceof Refusal ? capturing : { order: capturing, events: [] };
  });
  if (order instanceof Refusal)
    return { code: order.code, message: order.message, step: 'capture' };
  const delivered = order.lines.filter(({ id }) => deliveredLineIds.includes(id));
  const amount = sum(
    delivered.map(({ total }) => total),
    order.currency,
  );
  const providerId = order.payments[0]?.providerId;
  if (providerId === undefined || providerId === null) {
    throw new Error(`nothing was authorised for ${orderId}`);
  }
  const answer = await parts.payments.capture(providerId, amount, key);
  if (answer instanceof PaymentDeclined) {
    return { code: 'CAPTURE_FAILED', message: answer.failure.message, step: 'capture' };
  }
  await changePayment(parts, orderId, 'payment.captured', (payment) =>
    settlePayment(payment, answer),
  );
  return null;
}

import type Stripe from 'stripe';
import type { Charge } from '../domain/charge.ts';
import { paymentMethodObject } from './payment-method-object.ts';

/** How a declined card is told: as the error of a request, and as an intent's `last_payment_error`. */
export function declineObject({
  id,
  paymentMethod,
}: Charge): Stripe.PaymentIntent.LastPaymentError | null {
  const { decline } = paymentMethod.card;
  if (decline === null) return null;
  return {
    type: 'card_error',
    code: decline.code,
    decline_code: decline.declineCode,
    ...(decline.advice !== null && { advice_code: decline.advice }),
    charge: id,
    doc_url: docUrl(decline.code),
    message: decline.message,
    payment_method: paymentMethodObject(paymentMethod),
  };
}

export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}

import type { Charge } from '../domain/charge.ts';
import type { PaymentIntent } from '../domain/payment-intent.ts';
import type { StripeError } from '../domain/stripe-error.ts';
import { declineObject, docUrl } from '../objects/decline-object.ts';
import { paymentIntentObject } from '../objects/payment-intent-object.ts';

/** An error in Stripe's envelope; `intent` is the one that the error is about, as it is now. */
export function errorBody({ type, message, facts }: StripeError, intent?: PaymentIntent) {
  const { code, param } = facts;
  return {
    error: {
      ...(code !== undefined && { code, doc_url: docUrl(code) }),
      message,
      ...(param !== undefined && { param }),
      ...(intent && { payment_intent: paymentIntentObject(intent) }),
      type,
    },
  };
}

export function declineBody(charge: Charge, intent: PaymentIntent) {
  return { error: { ...declineObject(charge), payment_intent: paymentIntentObject(intent) } };
}

/** What is answered for a fault of our own. */
export const faultBody = {
  error: { message: 'The sandbox broke; its log says where.', type: 'api_error' },
};

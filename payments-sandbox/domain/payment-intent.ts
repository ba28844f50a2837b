import { capture, chargeCard, release, type Charge } from './charge.ts';
import type { PaymentMethod } from './payment-method.ts';
import type { Refund } from './refund.ts';
import { invalidRequest, unexpectedState } from './stripe-error.ts';

export const captureMethods = ['automatic', 'automatic_async', 'manual'] as const;
export const cancellationReasons = [
  'abandoned',
  'duplicate',
  'fraudulent',
  'requested_by_customer',
] as const;

/** A purchase's wish for money, through all attempts to get it. */
export interface PaymentIntent {
  readonly id: string;
  readonly clientSecret: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly captureMethod: (typeof captureMethods)[number];
  /** The types of payment method that it was made for; null when it leaves that to Stripe. */
  readonly allowedTypes: readonly string[] | null;
  /** What Stripe may choose (`automatic_payment_methods`): methods that send the customer elsewhere, too? */
  readonly redirects: 'always' | 'never' | null;
  readonly paymentMethod: string | null;
  readonly status:
    | 'canceled'
    | 'requires_capture'
    | 'requires_confirmation'
    | 'requires_payment_method'
    | 'succeeded';
  readonly amountCapturable: number;
  readonly amountReceived: number;
  readonly latestCharge: string | null;
  /** The charge that failed last, until another attempt succeeds. */
  readonly lastFailure: Charge | null;
  readonly canceledAt: number | null;
  readonly cancellationReason: (typeof cancellationReasons)[number] | 'automatic' | null;
}

/** The intent after a step, and what the step left behind. */
export interface Step {
  readonly intent: PaymentIntent;
  readonly charge?: Charge;
  readonly refund?: Refund;
}

/** Charges the card: the money is taken, or held, or the card declines. */
export function confirm(
  intent: PaymentIntent,
  paymentMethod: PaymentMethod | undefined,
  returnUrl: string | undefined,
  now: number,
): Step & { readonly charge: Charge } {
  if (intent.status === 'succeeded') {
    throw unexpectedState(
      intent.id,
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
    );
  }
  requireStatus(intent, 'You cannot confirm this PaymentIntent', 'confirmed', [
    'requires_payment_method',
    'requires_confirmation',
  ]);
  if (paymentMethod === undefined) {
    throw unexpectedState(
      intent.id,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    );
  }
  if (intent.redirects === 'always' && intent.allowedTypes === null && returnUrl === undefined) {
    throw invalidRequest(
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    );
  }
  const isHeld = intent.captureMethod === 'manual';
  const charge = chargeCard({ ...intent, paymentIntent: intent.id, paymentMethod, isHeld }, now);
  const attempted = { ...intent, latestCharge: charge.id };
  if (paymentMethod.card.decline !== null) {
    const status = 'requires_payment_method';
    return { charge, intent: { ...attempted, status, paymentMethod: null, lastFailure: charge } };
  }
  const paid = { ...attempted, paymentMethod: paymentMethod.id, lastFailure: null };
  const { amount } = intent;
  return charge.captured
    ? { charge, intent: { ...paid, status: 'succeeded', amountReceived: amount } }
    : { charge, intent: { ...paid, status: 'requires_capture', amountCapturable: amount } };
}

/** Takes what is held, or a part of it; the rest is let go. */
export function captureHeld(
  intent: PaymentIntent,
  charge: Charge | undefined,
  amount: number = intent.amountCapturable,
  now: number,
): Step {
  if (intent.status === 'succeeded') {
    throw unexpectedState(
      intent.id,
      'This PaymentIntent could not be captured because it has already been captured.',
    );
  }
  requireStatus(intent, 'This PaymentIntent could not be captured', 'captured', [
    'requires_capture',
  ]);
  if (charge === undefined) throw new TypeError(`${intent.id} is held without a charge`);
  if (amount > intent.amountCapturable) {
    throw invalidRequest(
      'The payment could not be captured because the requested capture amount is greater than the amount you can capture for this charge.',
      { code: 'amount_too_large', param: 'amount_to_capture' },
    );
  }
  const taken = capture(charge, amount);
  return {
    intent: { ...intent, status: 'succeeded', amountCapturable: 0, amountReceived: amount },
    ...(amount < charge.amount ? release(taken, now) : { charge: taken }),
  };
}

/** Ends the intent, and lets go of what is held for it. */
export function cancel(
  intent: PaymentIntent,
  charge: Charge | undefined,
  reason: PaymentIntent['cancellationReason'],
  now: number,
): Step {
  requireStatus(intent, 'You cannot cancel this PaymentIntent', 'canceled', [
    'requires_payment_method',
    'requires_capture',
    'requires_confirmation',
  ]);
  const canceled: PaymentIntent = {
    ...intent,
    status: 'canceled',
    amountCapturable: 0,
    canceledAt: now,
    cancellationReason: reason,
  };
  if (intent.status !== 'requires_capture' || charge === undefined) return { intent: canceled };
  const refundReason = reason === 'automatic' ? 'expired_uncaptured_charge' : null;
  return { intent: canceled, ...release(charge, now, refundReason) };
}

function requireStatus(
  intent: PaymentIntent,
  refusal: string,
  participle: string,
  allowed: readonly PaymentIntent['status'][],
): void {
  if (allowed.includes(intent.status)) return;
  throw unexpectedState(
    intent.id,
    `${refusal} because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be ${participle}: ${allowed.join(', ')}.`,
  );
}

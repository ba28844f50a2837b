import { newId } from './ids.ts';
import { formatAmount } from './currencies.ts';
import type { PaymentMethod } from './payment-method.ts';
import { newRefund, type Refund, type RefundTerms } from './refund.ts';
import { invalidRequest } from './stripe-error.ts';

const holdSeconds = 7 * 24 * 60 * 60;

/** What is asked of a card. */
interface Wanted {
  /** In minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly paymentIntent: string;
  readonly paymentMethod: PaymentMethod;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ChargeTerms extends Wanted {
  /** To be taken later, by a capture. */
  readonly isHeld: boolean;
}

/** One attempt to take money from a card; it failed when the card declines. */
export interface Charge extends Wanted {
  readonly id: string;
  readonly created: number;
  readonly captured: boolean;
  readonly amountCaptured: number;
  /** Given back, and let go of what was held: Stripe counts both here. */
  readonly amountRefunded: number;
  /** While the money is held: when the hold lapses. */
  readonly heldUntil: number | null;
}

/** Money given back or let go, and the charge without it. */
export interface Returned {
  readonly charge: Charge;
  readonly refund: Refund;
}

export function chargeCard(terms: ChargeTerms, now: number): Charge {
  const { amount, currency, paymentIntent, paymentMethod, description, metadata, isHeld } = terms;
  const pays = paymentMethod.card.decline === null;
  return {
    id: newId('ch'),
    created: now,
    amount,
    currency,
    paymentIntent,
    paymentMethod,
    description,
    metadata,
    captured: pays && !isHeld,
    amountCaptured: pays && !isHeld ? amount : 0,
    amountRefunded: 0,
    heldUntil: pays && isHeld ? now + holdSeconds : null,
  };
}

/** Takes what is asked for out of what is held. The rest is another step: see {@link release}. */
export function capture(charge: Charge, amount: number): Charge {
  return { ...charge, captured: true, amountCaptured: amount, heldUntil: null };
}

/** Lets go of all that is neither taken nor given back; Stripe records that as a refund. */
export function release(charge: Charge, now: number, reason: Refund['reason'] = null): Returned {
  const amount = charge.amount - charge.amountCaptured;
  return {
    charge: { ...charge, amountRefunded: charge.amountRefunded + amount, heldUntil: null },
    refund: newRefund(charge, { amount, reason }, now),
  };
}

/** Gives back what was taken, or a part of it; never more than is left of it. */
export function refund(charge: Charge, terms: Partial<RefundTerms>, now: number): Returned {
  const { id, currency, paymentIntent } = charge;
  if (charge.heldUntil !== null) {
    throw invalidRequest(
      `This uncaptured Charge was created by a PaymentIntent (${paymentIntent}). You must cancel the PaymentIntent to reverse the authorization instead of refunding the Charge directly.`,
    );
  }
  if (charge.paymentMethod.card.decline !== null) {
    throw invalidRequest(`Charge ${id} has failed; there is nothing to refund.`);
  }
  const left = charge.amount - charge.amountRefunded;
  if (left === 0) {
    throw invalidRequest(`Charge ${id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  const { amount = left } = terms;
  if (amount > left) {
    throw invalidRequest(
      `Refund amount (${formatAmount(amount, currency)}) is greater than unrefunded amount on charge (${formatAmount(left, currency)})`,
      { param: 'amount' },
    );
  }
  return {
    charge: { ...charge, amountRefunded: charge.amountRefunded + amount },
    refund: newRefund(charge, { ...terms, amount }, now),
  };
}

import { hash } from 'node:crypto';
import type Stripe from 'stripe';
import type { PaymentMethod } from '../domain/payment-method.ts';

export const noBillingDetails: Stripe.PaymentMethod.BillingDetails = {
  address: {
    city: null,
    country: null,
    line1: null,
    line2: null,
    postal_code: null,
    state: null,
  },
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

/** What payment methods and charges both say about a card. It expires a year after it was used first. */
export function cardFacts({ card, created }: PaymentMethod) {
  const { brand, last4, funding } = card;
  const used = new Date(created * 1000);
  return {
    brand,
    country: 'US',
    exp_month: used.getUTCMonth() + 1,
    exp_year: used.getUTCFullYear() + 1,
    fingerprint: hash('sha256', `${brand} ${last4}`).slice(0, 16),
    funding,
    last4,
    regulated_status: 'unregulated',
    wallet: null,
  } as const;
}

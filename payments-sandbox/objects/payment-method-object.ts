import type Stripe from 'stripe';
import type { PaymentMethod } from '../domain/payment-method.ts';
import { cardFacts, noBillingDetails } from './card.ts';

export function paymentMethodObject(paymentMethod: PaymentMethod): Stripe.PaymentMethod {
  const { id, created, card } = paymentMethod;
  return {
    id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: noBillingDetails,
    card: {
      ...cardFacts(paymentMethod),
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: null },
      display_brand: card.brand,
      generated_from: null,
      networks: { available: [card.brand], preferred: null },
      three_d_secure_usage: { supported: true },
    },
    created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
}

import type Stripe from 'stripe';
import type { Charge } from '../domain/charge.ts';
import type { Decline } from '../domain/test-cards.ts';
import { cardFacts, noBillingDetails } from './card.ts';

export function chargeObject(charge: Charge): Stripe.Charge {
  const { paymentMethod } = charge;
  const { decline } = paymentMethod.card;
  return {
    id: charge.id,
    object: 'charge',
    amount: charge.amount,
    amount_captured: charge.amountCaptured,
    amount_refunded: charge.amountRefunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: noBillingDetails,
    calculated_statement_descriptor: null,
    captured: charge.captured,
    created: charge.created,
    currency: charge.currency,
    customer: null,
    description: charge.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: charge.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(decline),
    paid: decline === null,
    payment_intent: charge.paymentIntent,
    payment_method: paymentMethod.id,
    payment_method_details: { card: cardDetails(charge), type: 'card' },
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: charge.amountRefunded === charge.amount,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: decline === null ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: null,
  };
}

function outcomeOf(decline: Decline | null): Stripe.Charge.Outcome {
  const common = {
    advice_code: decline?.advice ?? null,
    network_advice_code: null,
    network_decline_code: null,
    risk_level: 'normal',
  };
  return decline === null
    ? {
        ...common,
        network_status: 'approved_by_network',
        reason: null,
        seller_message: 'Payment complete.',
        type: 'authorized',
      }
    : {
        ...common,
        network_status: 'declined_by_network',
        reason: decline.declineCode,
        seller_message: 'The bank did not return any further details with this decline.',
        type: 'issuer_declined',
      };
}

function cardDetails(charge: Charge): Stripe.Charge.PaymentMethodDetails.Card {
  const { amount, heldUntil, paymentMethod } = charge;
  const { brand, decline } = paymentMethod.card;
  return {
    ...cardFacts(paymentMethod),
    amount_authorized: decline === null ? amount : null,
    authorization_code: null,
    ...(heldUntil !== null && { capture_before: heldUntil }),
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: null },
    electronic_commerce_indicator: null,
    extended_authorization: { status: 'disabled' },
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: brand,
    network_token: { used: false },
    network_transaction_id: null,
    overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
    three_d_secure: null,
    transaction_link_id: null,
  };
}

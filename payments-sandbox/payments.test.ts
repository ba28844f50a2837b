import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { errorOf, openStage, purchase, unconfirmed, useStage } from './testing/stage.ts';

const stage = useStage();

test('money is held for seven days, then taken', async () => {
  const held = await stage.stripe.paymentIntents.create({ ...purchase, expand: ['latest_charge'] });
  expect(held).toMatchObject({
    object: 'payment_intent',
    status: 'requires_capture',
    amount: 1_000,
    amount_capturable: 1_000,
    amount_received: 0,
    description: 'Order ord_1',
    metadata: { order: 'ord_1' },
    latest_charge: {
      object: 'charge',
      payment_intent: held.id,
      status: 'succeeded',
      paid: true,
      captured: false,
      amount_captured: 0,
      metadata: { order: 'ord_1' },
      outcome: { type: 'authorized' },
      payment_method_details: {
        type: 'card',
        card: { brand: 'visa', last4: '4242', capture_before: held.created + 7 * 24 * 60 * 60 },
      },
    },
  });
  expect(held.id).toMatch(/^pi_\w{24}$/);
  expect(held.lastResponse.requestId).toMatch(/^req_/);

  const taken = await stage.stripe.paymentIntents.capture(held.id);
  expect(taken).toMatchObject({
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: 1_000,
  });
  expect(await chargesOf(held.id)).toMatchObject([
    { captured: true, amount_captured: 1_000, amount_refunded: 0, refunded: false },
  ]);
});

test('a capture of a part lets the rest go, which Stripe counts and lists as refunded', async () => {
  const { id } = await stage.stripe.paymentIntents.create(purchase);
  const taken = await stage.stripe.paymentIntents.capture(id, { amount_to_capture: 600 });
  expect(taken).toMatchObject({ status: 'succeeded', amount: 1_000, amount_received: 600 });
  expect(await chargesOf(id)).toMatchObject([
    { amount: 1_000, amount_captured: 600, amount_refunded: 400, refunded: false },
  ]);
  expect(await refundsOf(id)).toMatchObject([{ amount: 400, reason: null, status: 'succeeded' }]);
});

test('an automatic capture takes the money at once', async () => {
  const intent = await stage.stripe.paymentIntents.create({
    ...purchase,
    capture_method: 'automatic',
  });
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1_000 });
  expect(await chargesOf(intent.id)).toMatchObject([{ captured: true, amount_captured: 1_000 }]);
});

test('an intent may be confirmed later, with another card', async () => {
  const waiting = await stage.stripe.paymentIntents.create(unconfirmed);
  expect(waiting).toMatchObject({ status: 'requires_confirmation', latest_charge: null });
  const held = await stage.stripe.paymentIntents.confirm(waiting.id, {
    payment_method: 'pm_card_mastercard',
    expand: ['payment_method'],
  });
  expect(held).toMatchObject({
    status: 'requires_capture',
    payment_method: { type: 'card', card: { brand: 'mastercard', last4: '4444' } },
  });
});

test('a canceled hold takes nothing, and its intent is at its end', async () => {
  const { id } = await stage.stripe.paymentIntents.create(purchase);
  expect(
    await stage.stripe.paymentIntents.cancel(id, { cancellation_reason: 'requested_by_customer' }),
  ).toMatchObject({
    status: 'canceled',
    amount_capturable: 0,
    cancellation_reason: 'requested_by_customer',
  });
  expect(await chargesOf(id)).toMatchObject([
    { captured: false, amount_captured: 0, amount_refunded: 1_000, refunded: true },
  ]);

  const stillWanted = [
    stage.stripe.paymentIntents.capture(id),
    stage.stripe.paymentIntents.cancel(id),
    stage.stripe.paymentIntents.confirm(id),
  ];
  for (const call of stillWanted) {
    expect(await errorOf(call)).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id, status: 'canceled' },
    });
  }
});

test('a hold that nobody captured lapses after seven days', async () => {
  await using other = await openStage();
  const { id } = await other.stripe.paymentIntents.create(purchase);
  other.pass(7 * 24 * 60 * 60 - 1);
  expect(await other.stripe.paymentIntents.retrieve(id)).toMatchObject({
    status: 'requires_capture',
  });
  other.pass(1);
  expect(await errorOf(other.stripe.paymentIntents.capture(id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
    payment_intent: { status: 'canceled', cancellation_reason: 'automatic' },
  });
  expect((await other.stripe.refunds.list({ payment_intent: id })).data).toMatchObject([
    { amount: 1_000, reason: 'expired_uncaptured_charge' },
  ]);
});

test.each([
  ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
  ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
])('%s is declined with %s and %s', async (token, code, declineCode) => {
  const error = await errorOf(
    stage.stripe.paymentIntents.create({ ...purchase, payment_method: token }),
  );
  const intent = error.payment_intent as Stripe.PaymentIntent;
  const [charge] = await chargesOf(intent.id);
  expect(error).toMatchObject({
    type: 'StripeCardError',
    statusCode: 402,
    code,
    decline_code: declineCode,
    charge: charge?.id,
    payment_intent: {
      status: 'requires_payment_method',
      payment_method: null,
      amount_capturable: 0,
      latest_charge: charge?.id,
      last_payment_error: { type: 'card_error', code, decline_code: declineCode },
    },
  });
  expect(charge).toMatchObject({
    status: 'failed',
    paid: false,
    captured: false,
    failure_code: code,
    outcome: { type: 'issuer_declined', reason: declineCode },
  });
});

test('after a decline another card may pay for the same intent', async () => {
  const declined = await errorOf(
    stage.stripe.paymentIntents.create({ ...purchase, payment_method: 'pm_card_chargeDeclined' }),
  );
  const { id } = declined.payment_intent as Stripe.PaymentIntent;
  expect(
    await stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_amex' }),
  ).toMatchObject({ status: 'requires_capture', last_payment_error: null });
  expect(await chargesOf(id)).toMatchObject([
    { status: 'succeeded', payment_method_details: { card: { brand: 'amex' } } },
    { status: 'failed' },
  ]);
});

test('a hold is captured once, and for no more than it is', async () => {
  const { id } = await stage.stripe.paymentIntents.create(purchase);
  expect(
    await errorOf(stage.stripe.paymentIntents.capture(id, { amount_to_capture: 1_001 })),
  ).toMatchObject({ statusCode: 400, code: 'amount_too_large', param: 'amount_to_capture' });
  await stage.stripe.paymentIntents.capture(id);
  expect(await errorOf(stage.stripe.paymentIntents.capture(id))).toMatchObject({
    statusCode: 400,
    code: 'payment_intent_unexpected_state',
    message: 'This PaymentIntent could not be captured because it has already been captured.',
    payment_intent: { id, status: 'succeeded' },
  });
});

test('without a card there is nothing to confirm', async () => {
  const { id } = await stage.stripe.paymentIntents.create({ amount: 500, currency: 'eur' });
  expect(await errorOf(stage.stripe.paymentIntents.confirm(id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
    payment_intent: { id, status: 'requires_payment_method' },
  });
});

test('an intent that may send the customer elsewhere needs a return_url', async () => {
  const { amount, currency, payment_method, confirm } = purchase;
  const open = { amount, currency, payment_method, confirm };
  expect(await errorOf(stage.stripe.paymentIntents.create(open))).toMatchObject({
    statusCode: 400,
    message: expect.stringContaining('you must provide a `return_url`') as string,
  });
  const allowed: Partial<Stripe.PaymentIntentCreateParams>[] = [
    { return_url: 'https://example.com/paid' },
    { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } },
    { allowed_payment_method_types: ['card'] },
  ];
  for (const params of allowed) {
    expect(await stage.stripe.paymentIntents.create({ ...open, ...params })).toMatchObject({
      status: 'succeeded',
    });
  }
});

test('a refused confirmation leaves no intent behind', async () => {
  const before = await stage.stripe.paymentIntents.list({ limit: 1 });
  const cardless = stage.stripe.paymentIntents.create({
    amount: 500,
    currency: 'usd',
    confirm: true,
  });
  expect(await errorOf(cardless)).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
  expect((await stage.stripe.paymentIntents.list({ limit: 1 })).data).toEqual(before.data);
});

test('a restart loses nothing', async () => {
  await using other = await openStage();
  const { id } = await other.stripe.paymentIntents.create(purchase);
  await other.restart();
  expect(await other.stripe.paymentIntents.capture(id)).toMatchObject({ status: 'succeeded' });
  expect((await other.stripe.charges.list({ payment_intent: id })).data).toHaveLength(1);
});

async function chargesOf(intent: string): Promise<Stripe.Charge[]> {
  return (await stage.stripe.charges.list({ payment_intent: intent })).data;
}

async function refundsOf(intent: string): Promise<Stripe.Refund[]> {
  return (await stage.stripe.refunds.list({ payment_intent: intent })).data;
}

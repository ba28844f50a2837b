import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, openStage, purchase, stripeFor, type Stage } from './testing/stage.ts';

let stage: Stage;
let stripe: Stripe;

beforeAll(async () => {
  stage = await openStage();
  stripe = stage.stripe;
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test('money is held for seven days, then taken', async () => {
  const held = await stripe.paymentIntents.create({ ...purchase, expand: ['latest_charge'] });
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

  const taken = await stripe.paymentIntents.capture(held.id);
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
  const { id } = await stripe.paymentIntents.create(purchase);
  const taken = await stripe.paymentIntents.capture(id, { amount_to_capture: 600 });
  expect(taken).toMatchObject({ status: 'succeeded', amount: 1_000, amount_received: 600 });
  expect(await chargesOf(id)).toMatchObject([
    { amount: 1_000, amount_captured: 600, amount_refunded: 400, refunded: false },
  ]);
  expect(await refundsOf(id)).toMatchObject([{ amount: 400, reason: null, status: 'succeeded' }]);
});

test('an automatic capture takes the money at once', async () => {
  const intent = await stripe.paymentIntents.create({ ...purchase, capture_method: 'automatic' });
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1_000 });
  expect(await chargesOf(intent.id)).toMatchObject([{ captured: true, amount_captured: 1_000 }]);
});

test('an intent may be confirmed later, with another card', async () => {
  const waiting = await stripe.paymentIntents.create({ ...purchase, confirm: false });
  expect(waiting).toMatchObject({ status: 'requires_confirmation', latest_charge: null });
  const held = await stripe.paymentIntents.confirm(waiting.id, {
    payment_method: 'pm_card_mastercard',
    expand: ['payment_method'],
  });
  expect(held).toMatchObject({
    status: 'requires_capture',
    payment_method: { type: 'card', card: { brand: 'mastercard', last4: '4444' } },
  });
});

test('a canceled hold takes nothing, and its intent is at its end', async () => {
  const { id } = await stripe.paymentIntents.create(purchase);
  expect(
    await stripe.paymentIntents.cancel(id, { cancellation_reason: 'requested_by_customer' }),
  ).toMatchObject({
    status: 'canceled',
    amount_capturable: 0,
    cancellation_reason: 'requested_by_customer',
  });
  expect(await chargesOf(id)).toMatchObject([
    { captured: false, amount_captured: 0, amount_refunded: 1_000, refunded: true },
  ]);

  const stillWanted = [
    stripe.paymentIntents.capture(id),
    stripe.paymentIntents.cancel(id),
    stripe.paymentIntents.confirm(id),
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
  const error = await errorOf(stripe.paymentIntents.create({ ...purchase, payment_method: token }));
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
    stripe.paymentIntents.create({ ...purchase, payment_method: 'pm_card_chargeDeclined' }),
  );
  const { id } = declined.payment_intent as Stripe.PaymentIntent;
  expect(await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_amex' })).toMatchObject(
    { status: 'requires_capture', last_payment_error: null },
  );
  expect(await chargesOf(id)).toMatchObject([
    { status: 'succeeded', payment_method_details: { card: { brand: 'amex' } } },
    { status: 'failed' },
  ]);
});

test('money goes back in parts, and never more than was taken', async () => {
  const { id } = await stripe.paymentIntents.create(purchase);
  await stripe.paymentIntents.capture(id, { amount_to_capture: 600 });
  const refund = await stripe.refunds.create({
    payment_intent: id,
    amount: 250,
    reason: 'requested_by_customer',
    metadata: { order: 'ord_1' },
  });
  expect(refund).toMatchObject({
    object: 'refund',
    amount: 250,
    currency: 'usd',
    payment_intent: id,
    reason: 'requested_by_customer',
    metadata: { order: 'ord_1' },
    status: 'succeeded',
  });
  expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ id: refund.id, amount: 250 });

  expect(await errorOf(stripe.refunds.create({ payment_intent: id, amount: 351 }))).toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
    param: 'amount',
    message: 'Refund amount ($3.51) is greater than unrefunded amount on charge ($3.50)',
  });
  const charge = refund.charge as string;
  expect(await stripe.refunds.create({ charge })).toMatchObject({ amount: 350, charge });
  expect(await errorOf(stripe.refunds.create({ charge }))).toMatchObject({
    code: 'charge_already_refunded',
  });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({
    amount_captured: 600,
    amount_refunded: 1_000,
    refunded: true,
  });
});

test('what was not taken cannot be given back', async () => {
  const held = await stripe.paymentIntents.create(purchase);
  expect(await errorOf(stripe.refunds.create({ payment_intent: held.id }))).toMatchObject({
    statusCode: 400,
    code: 'payment_intent_unexpected_state',
  });
  const charge = held.latest_charge as string;
  expect(await errorOf(stripe.refunds.create({ charge }))).toMatchObject({
    statusCode: 400,
    message: expect.stringContaining('You must cancel the PaymentIntent') as string,
  });
});

test('a hold is captured once, and for no more than it is', async () => {
  const { id } = await stripe.paymentIntents.create(purchase);
  expect(
    await errorOf(stripe.paymentIntents.capture(id, { amount_to_capture: 1_001 })),
  ).toMatchObject({ statusCode: 400, code: 'amount_too_large', param: 'amount_to_capture' });
  await stripe.paymentIntents.capture(id);
  expect(await errorOf(stripe.paymentIntents.capture(id))).toMatchObject({
    statusCode: 400,
    code: 'payment_intent_unexpected_state',
    message: 'This PaymentIntent could not be captured because it has already been captured.',
    payment_intent: { id, status: 'succeeded' },
  });
});

test('without a card there is nothing to confirm', async () => {
  const { id } = await stripe.paymentIntents.create({ amount: 500, currency: 'eur' });
  expect(await errorOf(stripe.paymentIntents.confirm(id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
    payment_intent: { id, status: 'requires_payment_method' },
  });
});

test('an intent that may send the customer elsewhere needs a return_url', async () => {
  const { amount, currency, payment_method, confirm } = purchase;
  const open = { amount, currency, payment_method, confirm };
  expect(await errorOf(stripe.paymentIntents.create(open))).toMatchObject({
    statusCode: 400,
    message: expect.stringContaining('you must provide a `return_url`') as string,
  });
  const allowed: Partial<Stripe.PaymentIntentCreateParams>[] = [
    { return_url: 'https://example.com/paid' },
    { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } },
    { allowed_payment_method_types: ['card'] },
  ];
  for (const params of allowed) {
    expect(await stripe.paymentIntents.create({ ...open, ...params })).toMatchObject({
      status: 'succeeded',
    });
  }
});

test('a refused confirmation leaves no intent behind', async () => {
  const before = await stripe.paymentIntents.list({ limit: 1 });
  const cardless = stripe.paymentIntents.create({ amount: 500, currency: 'usd', confirm: true });
  expect(await errorOf(cardless)).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
  expect((await stripe.paymentIntents.list({ limit: 1 })).data).toEqual(before.data);
});

test('lists go from the newest to the oldest, page by page', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) {
    ids.unshift((await stripe.paymentIntents.create({ amount: 500, currency: 'usd' })).id);
  }
  const page = await stripe.paymentIntents.list({ limit: 2 });
  expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect(page.has_more).toBe(true);

  const seen: string[] = [];
  for await (const { id } of stripe.paymentIntents.list({ limit: 2 })) {
    if (seen.push(id) === 5) break;
  }
  expect(seen).toEqual(ids);
});

test('every item of a list can be expanded', async () => {
  await stripe.paymentIntents.create(purchase);
  const { data } = await stripe.paymentIntents.list({
    limit: 1,
    expand: ['data.latest_charge.payment_intent'],
  });
  expect(data).toMatchObject([
    { latest_charge: { object: 'charge', payment_intent: { object: 'payment_intent' } } },
  ]);
  expect(await errorOf(stripe.paymentIntents.list({ expand: ['data.customer'] }))).toMatchObject({
    statusCode: 400,
    message: 'This property cannot be expanded (customer).',
  });
});

test('a test token is a payment method', async () => {
  const made = await stripe.paymentMethods.retrieve('pm_card_visa_debit');
  expect(made).toMatchObject({ type: 'card', card: { brand: 'visa', funding: 'debit' } });
  expect(await stripe.paymentMethods.retrieve(made.id)).toEqual(made);
});

test.each([
  ['paymentIntents', "No such payment_intent: 'nobody'", 'intent'],
  ['charges', "No such charge: 'nobody'", 'charge'],
  ['refunds', "No such refund: 'nobody'", 'refund'],
  ['paymentMethods', "No such PaymentMethod: 'nobody'", 'payment_method'],
] as const)('%s: an unknown id is not found', async (kind, message, param) => {
  expect(await errorOf(stripe[kind].retrieve('nobody'))).toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 404,
    code: 'resource_missing',
    message,
    param,
  });
});

test.each([
  ['an amount that is too small', { amount: 10 }, 'amount_too_small', 'amount'],
  ['an amount that is too large', { amount: 1e8 }, 'amount_too_large', 'amount'],
  ['half a cent', { amount: 10.5 }, 'parameter_invalid_integer', 'amount'],
  ['no amount', { amount: undefined }, 'parameter_missing', 'amount'],
  ['no currency', { currency: undefined }, 'parameter_missing', 'currency'],
  ['no known currency', { currency: 'xyz' }, undefined, 'currency'],
  ['no known card', { payment_method: 'pm_card_tarot' }, 'resource_missing', 'payment_method'],
  ['no known customer', { customer: 'cus_1' }, 'resource_missing', 'customer'],
  ['an empty description', { description: '' }, 'parameter_invalid_empty', 'description'],
  ['no such capture method', { capture_method: 'sometime' }, undefined, 'capture_method'],
  ['half a confirmation', { confirm: 'perhaps' }, undefined, 'confirm'],
  [
    'a return without leave',
    { confirm: false, return_url: 'https://a.b' },
    undefined,
    'return_url',
  ],
  [
    'a type that is no card',
    { allowed_payment_method_types: ['eps'] },
    undefined,
    'allowed_payment_method_types',
  ],
  [
    'types as older versions named them',
    { payment_method_types: ['card'] },
    'parameter_unknown',
    'payment_method_types',
  ],
  ['long metadata', { metadata: { order: 'x'.repeat(501) } }, undefined, 'metadata[order]'],
  ['misnested metadata', { metadata: { order: { id: 7 } } }, undefined, 'metadata[order]'],
  ['a parameter that nobody knows', { colour: 'blue' }, 'parameter_unknown', 'colour'],
])('an intent with %s is refused', async (_what, params, code?: string, param?: string) => {
  const wrong = { ...purchase, ...params } as unknown as Stripe.PaymentIntentCreateParams;
  const error = await errorOf(stripe.paymentIntents.create(wrong));
  expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400 });
  expect([error.code, error.param]).toEqual([code, param]);
});

test('the smallest charge is the currency’s own', async () => {
  const yen = { amount: 50, currency: 'jpy' };
  expect(await stripe.paymentIntents.create(yen)).toMatchObject(yen);
  expect(await errorOf(stripe.paymentIntents.create({ ...yen, amount: 49 }))).toMatchObject({
    message: 'Amount must be at least ¥50 jpy',
  });
});

test.each([
  ['sk_test_somebodyelses', 'Invalid API Key provided: sk_test_*********lses'],
  ['x', 'Invalid API Key provided: ****'],
])('the key %s opens no door', async (key, message) => {
  expect(await errorOf(stripeFor(stage.url, key).paymentIntents.list())).toMatchObject({
    type: 'StripeAuthenticationError',
    statusCode: 401,
    message,
  });
});

test('the key may come as the name of basic authentication, and must come', async () => {
  const url = `${stage.url}/v1/payment_intents`;
  const authorization = `Basic ${btoa('sk_test_quartermaster:')}`;
  expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
  const unknown = await fetch(url);
  expect(unknown.status).toBe(401);
  expect(await unknown.json()).toMatchObject({
    error: { type: 'invalid_request_error', message: expect.stringContaining('API key') as string },
  });
});

test('other addresses, methods and content types are refused in Stripe’s envelope', async () => {
  const headers = { authorization: 'Bearer sk_test_quartermaster' };
  for (const path of [
    '/v1/customers',
    '/v1/payment_intents/pi_1/burn',
    '/',
    '/v2/payment_intents',
  ]) {
    const response = await fetch(stage.url + path, { headers });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  }
  const json = await fetch(`${stage.url}/v1/payment_intents`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(purchase),
  });
  expect(json.status).toBe(400);
});

test('a restart loses nothing', async () => {
  await using other = await openStage();
  const { id } = await other.stripe.paymentIntents.create(purchase);
  await other.restart();
  expect(await other.stripe.paymentIntents.capture(id)).toMatchObject({ status: 'succeeded' });
  expect((await other.stripe.charges.list({ payment_intent: id })).data).toHaveLength(1);
});

async function chargesOf(intent: string): Promise<Stripe.Charge[]> {
  return (await stripe.charges.list({ payment_intent: intent })).data;
}

async function refundsOf(intent: string): Promise<Stripe.Refund[]> {
  return (await stripe.refunds.list({ payment_intent: intent })).data;
}

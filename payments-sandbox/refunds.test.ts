import { expect, test } from 'vitest';
import { errorOf, purchase, useStage } from './testing/stage.ts';

const stage = useStage();

test('money goes back in parts, and never more than was taken', async () => {
  const { id } = await stage.stripe.paymentIntents.create(purchase);
  await stage.stripe.paymentIntents.capture(id, { amount_to_capture: 600 });
  const refund = await stage.stripe.refunds.create({
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
  expect(await stage.stripe.refunds.retrieve(refund.id)).toMatchObject({
    id: refund.id,
    amount: 250,
  });

  expect(
    await errorOf(stage.stripe.refunds.create({ payment_intent: id, amount: 351 })),
  ).toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
    param: 'amount',
    message: 'Refund amount ($3.51) is greater than unrefunded amount on charge ($3.50)',
  });
  const charge = refund.charge as string;
  expect(await stage.stripe.refunds.create({ charge })).toMatchObject({ amount: 350, charge });
  expect(await errorOf(stage.stripe.refunds.create({ charge }))).toMatchObject({
    code: 'charge_already_refunded',
  });
  expect(await stage.stripe.charges.retrieve(charge)).toMatchObject({
    amount_captured: 600,
    amount_refunded: 1_000,
    refunded: true,
  });
});

test('what was not taken cannot be given back', async () => {
  const held = await stage.stripe.paymentIntents.create(purchase);
  expect(await errorOf(stage.stripe.refunds.create({ payment_intent: held.id }))).toMatchObject({
    statusCode: 400,
    code: 'payment_intent_unexpected_state',
  });
  const charge = held.latest_charge as string;
  expect(await errorOf(stage.stripe.refunds.create({ charge }))).toMatchObject({
    statusCode: 400,
    message: expect.stringContaining('You must cancel the PaymentIntent') as string,
  });
});

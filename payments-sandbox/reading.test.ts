import { expect, test } from 'vitest';
import { errorOf, purchase, useStage } from './testing/stage.ts';

const stage = useStage();

test('lists go from the newest to the oldest, page by page', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) {
    ids.unshift((await stage.stripe.paymentIntents.create({ amount: 500, currency: 'usd' })).id);
  }
  const page = await stage.stripe.paymentIntents.list({ limit: 2 });
  expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect(page.has_more).toBe(true);

  const seen: string[] = [];
  for await (const { id } of stage.stripe.paymentIntents.list({ limit: 2 })) {
    if (seen.push(id) === 5) break;
  }
  expect(seen).toEqual(ids);
});

test('every item of a list can be expanded', async () => {
  await stage.stripe.paymentIntents.create(purchase);
  const { data } = await stage.stripe.paymentIntents.list({
    limit: 1,
    expand: ['data.latest_charge.payment_intent'],
  });
  expect(data).toMatchObject([
    { latest_charge: { object: 'charge', payment_intent: { object: 'payment_intent' } } },
  ]);
  expect(
    await errorOf(stage.stripe.paymentIntents.list({ expand: ['data.customer'] })),
  ).toMatchObject({
    statusCode: 400,
    message: 'This property cannot be expanded (customer).',
  });
});

test('a test token is a payment method', async () => {
  const made = await stage.stripe.paymentMethods.retrieve('pm_card_visa_debit');
  expect(made).toMatchObject({ type: 'card', card: { brand: 'visa', funding: 'debit' } });
  expect(await stage.stripe.paymentMethods.retrieve(made.id)).toEqual(made);
});

test.each([
  ['paymentIntents', "No such payment_intent: 'nobody'", 'intent'],
  ['charges', "No such charge: 'nobody'", 'charge'],
  ['refunds', "No such refund: 'nobody'", 'refund'],
  ['paymentMethods', "No such PaymentMethod: 'nobody'", 'payment_method'],
] as const)('%s: an unknown id is not found', async (kind, message, param) => {
  expect(await errorOf(stage.stripe[kind].retrieve('nobody'))).toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 404,
    code: 'resource_missing',
    message,
    param,
  });
});

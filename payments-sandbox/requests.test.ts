import { expect, test } from 'vitest';
import { errorOf, purchase, stripeFor } from './testing/stage.ts';

const url = process.env['STRIPE_MOCK_URL'];

// stripe-mock keeps nothing and finds every id: it judges the requests alone.
test.skipIf(url === undefined)(
  'Stripe’s own mock takes every request of a purchase (needs STRIPE_MOCK_URL: tools/stripe-mock start)',
  async () => {
    const stripe = stripeFor(url ?? '', 'sk_test_123');
    const key = { idempotencyKey: 'ord_1:authorize:1' };
    const expand = ['latest_charge', 'payment_method'];
    const { id } = await stripe.paymentIntents.create({ ...purchase, expand }, key);
    await stripe.paymentIntents.retrieve(id, { expand });
    await stripe.paymentIntents.capture(id, { amount_to_capture: 600 }, key);
    await stripe.paymentIntents.cancel(id, { cancellation_reason: 'requested_by_customer' }, key);
    await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }, key);
    await stripe.paymentIntents.list({ limit: 100, starting_after: id });
    await stripe.charges.list({ payment_intent: id });
    await stripe.paymentMethods.retrieve('pm_card_visa');
    const refund = await stripe.refunds.create(
      {
        payment_intent: id,
        amount: 250,
        reason: 'requested_by_customer',
        metadata: { order: 'ord_1' },
      },
      key,
    );
    await stripe.refunds.retrieve(refund.id);
    await stripe.refunds.list({ payment_intent: id });

    const unknown = { ...purchase, colour: 'blue' };
    expect(await errorOf(stripe.paymentIntents.create(unknown))).toMatchObject({ statusCode: 400 });
  },
);

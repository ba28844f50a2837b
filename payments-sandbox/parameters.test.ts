import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { errorOf, purchase, useStage } from './testing/stage.ts';

const stage = useStage();

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
    { confirm: false, error_on_requires_action: undefined, return_url: 'https://a.b' },
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
  const error = await errorOf(stage.stripe.paymentIntents.create(wrong));
  expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400 });
  expect([error.code, error.param]).toEqual([code, param]);
});

test('the smallest charge is the currency’s own', async () => {
  const yen = { amount: 50, currency: 'jpy' };
  expect(await stage.stripe.paymentIntents.create(yen)).toMatchObject(yen);
  expect(await errorOf(stage.stripe.paymentIntents.create({ ...yen, amount: 49 }))).toMatchObject({
    message: 'Amount must be at least ¥50 jpy',
  });
});

import { expect, test } from 'vitest';
import { secretKey, useStage } from './testing/stage.ts';
import { openStripeOpenapi, type Judge, type Operation } from './testing/stripe-openapi.ts';

const document = process.env['STRIPE_OPENAPI'];
const compileMs = 120_000;
const stage = useStage();

test.skipIf(document === undefined)(
  'the sandbox answers as Stripe’s OpenAPI says (needs STRIPE_OPENAPI: tools/stripe-mock spec)',
  async () => {
    const judge = openStripeOpenapi(document ?? '');
    const problems: string[] = [];
    expect(judge(retrieveIntent, 200, { object: 'payment_intent' })).toContain('required property');
    const call = callerWith(judge, problems);
    const purchase = {
      amount: '1000',
      currency: 'usd',
      payment_method: 'pm_card_visa',
      'allowed_payment_method_types[]': 'card',
      capture_method: 'manual',
      'metadata[order]': 'ord_1',
      description: 'Order ord_1',
    };
    const expansion = { 'expand[]': 'latest_charge' };

    const waiting = await call(createIntent, 200, { ...purchase, ...expansion });
    const held = await call(confirmIntent, 200, expansion, waiting.id);
    await call(retrieveIntent, 200, {}, held.id);
    const taken = await call(captureIntent, 200, { amount_to_capture: '600' }, held.id);
    await call(captureIntent, 400, {}, held.id);
    const refund = await call(createRefund, 200, { payment_intent: held.id, amount: '100' });
    await call(createRefund, 400, { payment_intent: held.id, amount: '501' });
    await call(retrieveRefund, 200, { 'expand[]': 'charge' }, refund.id);
    await call(listRefunds, 200, { payment_intent: held.id, 'expand[]': 'data.payment_intent' });
    await call(retrieveCharge, 200, { 'expand[]': 'payment_intent' }, taken.latest_charge);
    await call(listCharges, 200, { payment_intent: held.id });

    const unpaid = await call(createIntent, 200, { amount: '1000', currency: 'jpy' });
    await call(cancelIntent, 200, { cancellation_reason: 'abandoned' }, unpaid.id);
    const declined = { ...purchase, confirm: 'true', payment_method: 'pm_card_chargeDeclined' };
    await call(createIntent, 402, declined);
    await call(listIntents, 200, { 'expand[]': 'data.latest_charge' });
    await call(listCharges, 200, {});
    await call(retrieveMethod, 200, {}, 'pm_card_amex');
    await call(retrieveIntent, 404, {}, 'pi_nobody');
    await call(createIntent, 400, { amount: '1', currency: 'usd' });

    expect(problems).toEqual([]);
  },
  compileMs,
);

const createIntent: Operation = { method: 'post', path: '/v1/payment_intents' };
const listIntents: Operation = { method: 'get', path: '/v1/payment_intents' };
const retrieveIntent: Operation = { method: 'get', path: '/v1/payment_intents/{intent}' };
const confirmIntent: Operation = { method: 'post', path: '/v1/payment_intents/{intent}/confirm' };
const captureIntent: Operation = { method: 'post', path: '/v1/payment_intents/{intent}/capture' };
const cancelIntent: Operation = { method: 'post', path: '/v1/payment_intents/{intent}/cancel' };
const listCharges: Operation = { method: 'get', path: '/v1/charges' };
const retrieveCharge: Operation = { method: 'get', path: '/v1/charges/{charge}' };
const createRefund: Operation = { method: 'post', path: '/v1/refunds' };
const listRefunds: Operation = { method: 'get', path: '/v1/refunds' };
const retrieveRefund: Operation = { method: 'get', path: '/v1/refunds/{refund}' };
const retrieveMethod: Operation = { method: 'get', path: '/v1/payment_methods/{payment_method}' };

/** Calls the sandbox, expects a status, and notes what the judge has to say about the body. */
function callerWith(judge: Judge, problems: string[]) {
  return async (
    operation: Operation,
    status: number,
    params: Record<string, string>,
    id = '',
  ): Promise<{ id: string; latest_charge: string }> => {
    const { method, path } = operation;
    const address = stage.url + path.replace(/\{\w+\}/, id);
    const query = new URLSearchParams(params);
    const response = await fetch(method === 'get' ? `${address}?${query.toString()}` : address, {
      method,
      headers: { authorization: `Bearer ${secretKey}` },
      ...(method === 'post' && { body: query }),
    });
    const body: unknown = await response.json();
    expect(response.status).toBe(status);
    const problem = judge(operation, status, body);
    if (problem !== null) problems.push(problem);
    return body as { id: string; latest_charge: string };
  };
}

import { expect, test } from 'vitest';
import { errorOf, purchase, stripeFor, useStage } from './testing/stage.ts';

const stage = useStage();

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

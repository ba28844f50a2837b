import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { errorOf, openStage, purchase, secretKey, unconfirmed, useStage } from './testing/stage.ts';

const stage = useStage();
let keys = 0;
const newKey = () => ({ idempotencyKey: `ord_1:authorize:${++keys}` });

test('a key used again gives the same intent, as it was answered then, and one charge', async () => {
  const key = newKey();
  const first = await stage.stripe.paymentIntents.create(purchase, key);
  await stage.stripe.paymentIntents.capture(first.id);
  const again = await stage.stripe.paymentIntents.create(purchase, key);
  expect(again).toEqual(first);
  expect(again.status).toBe('requires_capture');
  expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
  expect(again.lastResponse.headers).toMatchObject({
    'idempotent-replayed': 'true',
    'idempotency-key': key.idempotencyKey,
    'original-request': first.lastResponse.requestId,
  });
  expect((await stage.stripe.charges.list({ payment_intent: first.id })).data).toHaveLength(1);
});

test('the order of the parameters does not matter', async () => {
  const key = newKey();
  const { amount, ...rest } = purchase;
  const first = await stage.stripe.paymentIntents.create(purchase, key);
  const again = await stage.stripe.paymentIntents.create({ ...rest, amount }, key);
  expect(again.id).toBe(first.id);
});

test('a key used for other parameters, or at another address, is refused', async () => {
  const key = newKey();
  const { id } = await stage.stripe.paymentIntents.create(purchase, key);
  for (const call of [
    stage.stripe.paymentIntents.create({ ...purchase, amount: 999 }, key),
    stage.stripe.paymentIntents.capture(id, {}, key),
  ]) {
    expect(await errorOf(call)).toMatchObject({
      type: 'StripeIdempotencyError',
      statusCode: 400,
      rawType: 'idempotency_error',
    });
  }
  expect((await stage.stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
});

test('twenty at once with one key make one intent', async () => {
  await using other = await openStage();
  const key = newKey();
  const calls = Array.from({ length: 20 }, () => other.stripe.paymentIntents.create(purchase, key));
  const ids = new Set<string>();
  for (const outcome of await Promise.allSettled(calls)) {
    if (outcome.status === 'fulfilled') ids.add(outcome.value.id);
    else expect(outcome.reason).toMatchObject({ code: 'idempotency_key_in_use' });
  }
  expect(ids.size).toBe(1);
  expect((await other.stripe.paymentIntents.list()).data.map(({ id }) => id)).toEqual([...ids]);
  expect((await other.stripe.charges.list()).data).toHaveLength(1);
});

test('while the first is under way, a second with the same key is turned away', async () => {
  const key = newKey();
  const body = 'amount=1000&currency=usd';
  const first = request(`${stage.url}/v1/payment_intents`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
      'idempotency-key': key.idempotencyKey,
      expect: '100-continue', // says when the sandbox has begun with it
    },
  });
  first.flushHeaders();
  await once(first, 'continue');
  const second = stage.stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, key);
  expect(await errorOf(second)).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });

  first.end(body);
  const [response] = (await once(first, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  const { id } = (await json(response)) as { id: string };
  const again = await stage.stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, key);
  expect(again.id).toBe(id);
});

test('a decline is kept like any result', async () => {
  const key = newKey();
  const params = { ...purchase, payment_method: 'pm_card_chargeDeclined' };
  const first = await errorOf(stage.stripe.paymentIntents.create(params, key));
  const again = await errorOf(stage.stripe.paymentIntents.create(params, key));
  expect(again).toMatchObject({ statusCode: 402, charge: first.charge });
  expect(again.headers?.['idempotent-replayed']).toBe('true');
});

test('a refusal that came of an execution is kept too', async () => {
  const key = newKey();
  const { id } = await stage.stripe.paymentIntents.create(unconfirmed);
  await errorOf(stage.stripe.paymentIntents.capture(id, {}, key));
  await stage.stripe.paymentIntents.confirm(id);
  expect(await errorOf(stage.stripe.paymentIntents.capture(id, {}, key))).toMatchObject({
    code: 'payment_intent_unexpected_state',
    payment_intent: { status: 'requires_confirmation' },
  });
  expect((await stage.stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
});

test('wrong parameters leave the key free', async () => {
  const key = newKey();
  await errorOf(stage.stripe.paymentIntents.create({ ...purchase, amount: 1 }, key));
  expect(await stage.stripe.paymentIntents.create(purchase, key)).toMatchObject({
    status: 'requires_capture',
  });
});

test('a key is kept through a restart, and forgotten after a day', async () => {
  await using other = await openStage();
  const key = newKey();
  const first = await other.stripe.paymentIntents.create(purchase, key);
  await other.restart();
  other.pass(24 * 60 * 60 - 1);
  expect((await other.stripe.paymentIntents.create(purchase, key)).id).toBe(first.id);
  other.pass(1);
  expect((await other.stripe.paymentIntents.create(purchase, key)).id).not.toBe(first.id);
});

test('a key has 255 characters at most', async () => {
  const idempotencyKey = 'k'.repeat(256);
  expect(
    await errorOf(stage.stripe.paymentIntents.create(purchase, { idempotencyKey })),
  ).toMatchObject({
    statusCode: 400,
  });
});

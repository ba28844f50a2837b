import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { purchase, secretKey, stripeFor } from './testing/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'payments-sandbox-'));
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test('killed in the midst of its work, it never charges twice for one key', async () => {
  const keys = Array.from({ length: 20 }, (_, index) => `ord_${index}:authorize:1`);
  const first = await start();
  const cutOff = keys.map((key) => pay(first.url, key));
  await Promise.race(cutOff); // one is answered; the others are on their way, or back
  first.child.kill('SIGKILL');
  await Promise.allSettled(cutOff);

  const { url } = await start();
  const ids = await Promise.all(keys.map((key) => pay(url, key)));
  expect(new Set(ids).size).toBe(keys.length);
  const stripe = stripeFor(url);
  const intents = await stripe.paymentIntents.list({ limit: 100 });
  expect(intents.data.map(({ id }) => id).sort()).toEqual(ids.sort());
  const charges = await stripe.charges.list({ limit: 100 });
  expect(charges.data.map(({ payment_intent }) => payment_intent).sort()).toEqual(ids);
});

test('the environment says where and how', () => {
  const env = { PAYMENTS_SANDBOX_DATA: 'ledger.db', PAYMENTS_SANDBOX_SECRET_KEY: secretKey };
  expect(readConfig(env)).toEqual({
    host: '127.0.0.1',
    port: 4_010,
    dataFile: 'ledger.db',
    secretKey,
  });
});

test('a live key of Stripe’s is refused, and not repeated', () => {
  const env = { PAYMENTS_SANDBOX_DATA: 'x', PAYMENTS_SANDBOX_SECRET_KEY: 'sk_live_precious' };
  expect(() => readConfig(env)).toThrow(
    'PAYMENTS_SANDBOX_SECRET_KEY: must look like sk_test_ and letters',
  );
});

async function pay(url: string, idempotencyKey: string): Promise<string> {
  return (await stripeFor(url).paymentIntents.create(purchase, { idempotencyKey })).id;
}

async function start(): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(new URL('main.ts', import.meta.url), {
    env: {
      ...process.env,
      PAYMENTS_SANDBOX_DATA: join(folder, 'ledger.db'),
      PAYMENTS_SANDBOX_PORT: '0',
      PAYMENTS_SANDBOX_SECRET_KEY: secretKey,
    },
  });
  started.push(child);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { child, url };
}

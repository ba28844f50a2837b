import { createLogger, type Running } from '#service';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterAll, beforeAll } from 'vitest';
import { startSandbox } from '../sandbox.ts';

export const secretKey = 'sk_test_quartermaster';

/** A sandbox with a file and a clock of its own, and the client of the `stripe` package for it. */
export interface Stage extends AsyncDisposable {
  readonly url: string;
  readonly stripe: Stripe;
  /** Moves the clock. */
  pass(seconds: number): void;
  /** Stops the sandbox, and starts another on the same file. */
  restart(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'payments-sandbox-'));
  let now = new Date('2026-11-25T12:00:00Z');
  const start = async () =>
    await startSandbox({
      host: '127.0.0.1',
      port: 0,
      dataFile: join(folder, 'ledger.db'),
      secretKey,
      clock: () => now,
      logger: createLogger('payments-sandbox'),
    });
  let running: Running = await start();
  return {
    get url() {
      return running.url;
    },
    get stripe() {
      return stripeFor(running.url);
    },
    pass: (seconds) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    restart: async () => {
      await running[Symbol.asyncDispose]();
      running = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await running[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** One stage for all tests of a file. */
export function useStage(): Pick<Stage, 'stripe' | 'url'> {
  let stage: Stage | undefined;
  const opened = () => {
    if (stage === undefined) throw new Error('the stage opens before the first test');
    return stage;
  };
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  return {
    get stripe() {
      return opened().stripe;
    },
    get url() {
      return opened().url;
    },
  };
}

export function stripeFor(url: string, key = secretKey): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/** What Stripe said no with, as the `stripe` package throws it. */
export async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

export const unconfirmed = {
  amount: 1_000,
  currency: 'usd',
  payment_method: 'pm_card_visa',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  capture_method: 'manual',
  description: 'Order ord_1',
  metadata: { order: 'ord_1' },
} satisfies Stripe.PaymentIntentCreateParams;

/** What orders asks for: a hold, at once, and nobody is there to act. */
export const purchase = {
  ...unconfirmed,
  confirm: true,
  error_on_requires_action: true,
} satisfies Stripe.PaymentIntentCreateParams;

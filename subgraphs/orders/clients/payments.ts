import { Unavailable } from '#errors';
import { fromMinorUnits, minorUnits, type Money } from '#money';
import Stripe from 'stripe';
import type { PaymentFailure, PaymentMethod, ProviderPayment } from '../domain/payment.ts';

/**
 * What orders asks the payment provider. Each call carries a key of ours, so that sending it again
 * does nothing again. @throws Unavailable when no answer came, whatever was done.
 */
export interface Payments {
  /** Holds the amount on the method; the money is taken by `capture`. */
  authorize(request: AuthorizeRequest, key: string): Promise<ProviderPayment | PaymentDeclined>;
  /** Takes what was delivered, and lets go of the rest. */
  capture(
    providerId: string,
    amount: Money,
    key: string,
  ): Promise<ProviderPayment | PaymentDeclined>;
  /** Lets go of a hold; money that was taken already is given back. Says how the payment stands then. */
  undo(providerId: string, key: string): Promise<ProviderPayment & { readonly refunded: Money }>;
}

export interface AuthorizeRequest {
  readonly amount: Money;
  /** The provider's token or id of a method. */
  readonly method: string;
  /** What the provider shows beside the payment. */
  readonly orderId: string;
  readonly orderNumber: string;
}

/** The provider said no, for good. */
export class PaymentDeclined {
  readonly failure: PaymentFailure;
  /** The attempt as the provider keeps it, when it made one. */
  readonly providerId: string | null;

  constructor(failure: PaymentFailure, providerId: string | null) {
    this.failure = failure;
    this.providerId = providerId;
  }
}

export interface PaymentsOptions {
  readonly secretKey: string;
  /** Of a stand-in for the provider; null for Stripe itself. */
  readonly apiUrl: string | null;
  readonly timeoutMs: number;
}

export function createPayments({ secretKey, apiUrl, timeoutMs }: PaymentsOptions): Payments {
  const stripe = new Stripe(secretKey, {
    timeout: timeoutMs,
    maxNetworkRetries: 0, // the purchase itself tries again, with the same key
    telemetry: false,
    ...(apiUrl !== null && addressOf(apiUrl)),
  });
  return {
    authorize: ({ amount, method, orderId, orderNumber }, idempotencyKey) =>
      asking(async () =>
        toPayment(
          await stripe.paymentIntents.create(
            {
              amount: minorUnits(amount),
              currency: amount.currency.toLowerCase(),
              payment_method: method,
              automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
              capture_method: 'manual',
              confirm: true,
              error_on_requires_action: true, // nobody is there to act
              description: `Order ${orderNumber}`,
              metadata: { order_id: orderId },
              expand: ['payment_method'],
            },
            { idempotencyKey },
          ),
        ),
      ),
    capture: (providerId, amount, idempotencyKey) =>
      asking(async () =>
        toPayment(
          await stripe.paymentIntents.capture(
            providerId,
            { amount_to_capture: minorUnits(amount), expand: ['payment_method'] },
            { idempotencyKey },
          ),
        ),
      ),
    undo: (providerId, key) => asking(() => undo(stripe, providerId, key), neverDeclined),
  };
}

async function undo(stripe: Stripe, providerId: string, key: string) {
  const intent = await stripe.paymentIntents.retrieve(providerId);
  const nothing = fromMinorUnits(0, intent.currency.toUpperCase());
  if (intent.status === 'canceled') return { ...toPayment(intent), refunded: nothing };
  if (intent.status !== 'succeeded') {
    const idempotencyKey = `${key}:cancel`;
    const cancelled = await stripe.paymentIntents.cancel(providerId, {}, { idempotencyKey });
    return { ...toPayment(cancelled), refunded: nothing };
  }
  const refund = await stripe.refunds.create(
    { payment_intent: providerId },
    { idempotencyKey: `${key}:refund` },
  );
  const refunded = fromMinorUnits(refund.amount, intent.currency.toUpperCase());
  return { ...toPayment(intent), refunded };
}

function toPayment(intent: Stripe.PaymentIntent): ProviderPayment {
  const status = statuses[intent.status];
  if (status === undefined) throw new Error(`an unexpected payment status: ${intent.status}`);
  return {
    providerId: intent.id,
    status,
    captured: fromMinorUnits(intent.amount_received, intent.currency.toUpperCase()),
    method: typeof intent.payment_method === 'object' ? toMethod(intent.payment_method) : null,
  };
}

const statuses: Readonly<Record<string, ProviderPayment['status']>> = {
  requires_capture: 'AUTHORIZED',
  succeeded: 'CAPTURED',
  canceled: 'CANCELLED',
};

function toMethod(method: Stripe.PaymentMethod | null): PaymentMethod | null {
  if (method?.card === undefined) return null;
  const {
    funding,
    brand,
    last4,
    exp_month: expiryMonth,
    exp_year: expiryYear,
    wallet,
  } = method.card;
  return {
    id: method.id,
    kind: wallet === null ? 'CARD' : 'WALLET',
    funding: funding.toUpperCase() as PaymentMethod['funding'],
    brand,
    last4,
    expiryMonth,
    expiryYear,
  };
}

/** Sorts out what an error means: declined for good, or no answer. */
async function asking<Answer>(
  ask: () => Promise<Answer>,
  declined?: never,
): Promise<Answer | PaymentDeclined>;
async function asking<Answer>(
  ask: () => Promise<Answer>,
  declined: typeof neverDeclined,
): Promise<Answer>;
async function asking<Answer>(
  ask: () => Promise<Answer>,
  declined: (error: Stripe.errors.StripeError) => PaymentDeclined = toDeclined,
): Promise<Answer | PaymentDeclined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    if (isUnanswered(error)) throw new Unavailable('payments', error);
    return declined(error);
  }
}

/** No answer, a fault of the provider's, or the same request still under way: the outcome is unknown. */
function isUnanswered(error: Stripe.errors.StripeError): boolean {
  const { StripeConnectionError, StripeAPIError, StripeRateLimitError } = Stripe.errors;
  return (
    error instanceof StripeConnectionError ||
    error instanceof StripeRateLimitError ||
    (error instanceof StripeAPIError && (error.statusCode ?? 500) >= 500) ||
    error.code === 'idempotency_key_in_use' ||
    error.code === 'lock_timeout'
  );
}

function toDeclined(error: Stripe.errors.StripeError): PaymentDeclined {
  const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;
  const providerId = error.payment_intent?.id ?? null;
  if (error instanceof StripeCardError) {
    // Typed as always there, and absent for some declines.
    const reason = [error.decline_code, error.code].find(Boolean) ?? 'card_declined';
    const code = reason.toUpperCase();
    return new PaymentDeclined({ code, message: error.message, retryable: true }, providerId);
  }
  if (error instanceof StripeInvalidRequestError && error.param === 'payment_method') {
    const message = 'The payment provider does not know this payment method; choose another.';
    const failure = { code: 'PAYMENT_METHOD_INVALID', message, retryable: true };
    return new PaymentDeclined(failure, providerId);
  }
  throw error;
}

function neverDeclined(error: Stripe.errors.StripeError): never {
  throw error;
}

function addressOf(apiUrl: string) {
  const { protocol, hostname, port } = new URL(apiUrl);
  const secure = protocol === 'https:';
  return {
    host: hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    protocol: secure ? ('https' as const) : ('http' as const),
  };
}

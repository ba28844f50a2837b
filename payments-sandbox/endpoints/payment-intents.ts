import { formatAmount, isCurrency, maximumCharge, minimumCharge } from '../domain/currencies.ts';
import { newId, randomText } from '../domain/ids.ts';
import {
  cancel,
  cancellationReasons,
  captureHeld,
  captureMethods,
  confirm,
  type PaymentIntent,
  type Step,
} from '../domain/payment-intent.ts';
import type { PaymentMethod } from '../domain/payment-method.ts';
import { invalidRequest, noSuch } from '../domain/stripe-error.ts';
import { declineBody } from '../http/error-body.ts';
import { required, type Parameters } from '../http/parameters.ts';
import { paymentIntentObject } from '../objects/payment-intent-object.ts';
import { ok, type Answer, type Desk, type Endpoint } from './endpoint.ts';
import { listObject, listOptions } from './list.ts';
import { usePaymentMethod } from './payment-methods.ts';
import { record } from './record.ts';

export const createPaymentIntent: Endpoint = (parameters) => {
  const { amount, currency } = readAmount(parameters);
  const captureMethod = parameters.choice('capture_method', captureMethods) ?? 'automatic_async';
  const methods = readMethods(parameters);
  const description = parameters.text('description') ?? null;
  const metadata = parameters.metadata();
  const method = parameters.text('payment_method');
  const isConfirmed = parameters.flag('confirm') ?? false;
  const confirmation = readConfirmation(parameters);
  refuseCustomer(parameters);
  for (const [param, value] of Object.entries(confirmation)) {
    if (isConfirmed || value === undefined) continue;
    throw invalidRequest(
      `The parameter \`${param}\` cannot be passed when creating a PaymentIntent unless \`confirm\` is set to true.`,
      { param },
    );
  }
  return (desk) => {
    const paymentMethod = method === undefined ? undefined : usePaymentMethod(desk, method);
    const id = newId('pi');
    const intent: PaymentIntent = {
      id,
      clientSecret: `${id}_secret_${randomText(25)}`,
      created: desk.now,
      amount,
      currency,
      description,
      metadata,
      captureMethod,
      ...methods,
      paymentMethod: paymentMethod?.id ?? null,
      status: paymentMethod ? 'requires_confirmation' : 'requires_payment_method',
      amountCapturable: 0,
      amountReceived: 0,
      latestCharge: null,
      lastFailure: null,
      canceledAt: null,
      cancellationReason: null,
    };
    desk.ledger.intents.add(intent);
    if (!isConfirmed) return ok(paymentIntentObject(intent));
    return confirmNow(desk, intent, paymentMethod, confirmation.return_url);
  };
};

export const retrievePaymentIntent: Endpoint = (_parameters, id) => (desk) =>
  ok(paymentIntentObject(findIntent(desk, id)));

export const listPaymentIntents: Endpoint = (parameters) => {
  const options = listOptions(parameters);
  return ({ ledger }) =>
    ok(listObject(ledger.intents, 'payment_intent', options, paymentIntentObject));
};

export const confirmPaymentIntent: Endpoint = (parameters, id) => {
  const method = parameters.text('payment_method');
  const { return_url: returnUrl } = readConfirmation(parameters);
  return (desk) => {
    const intent = findIntent(desk, id);
    const chosen = method ?? intent.paymentMethod;
    const paymentMethod = chosen === null ? undefined : usePaymentMethod(desk, chosen);
    return confirmNow(desk, intent, paymentMethod, returnUrl);
  };
};

export const capturePaymentIntent: Endpoint = (parameters, id) => {
  const amount = parameters.integer('amount_to_capture', 1);
  return (desk) => {
    const intent = findIntent(desk, id);
    return settled(desk, captureHeld(intent, latestCharge(desk, intent), amount, desk.now));
  };
};

export const cancelPaymentIntent: Endpoint = (parameters, id) => {
  const reason = parameters.choice('cancellation_reason', cancellationReasons) ?? null;
  return (desk) => {
    const intent = findIntent(desk, id);
    return settled(desk, cancel(intent, latestCharge(desk, intent), reason, desk.now));
  };
};

function readAmount(parameters: Parameters): { amount: number; currency: string } {
  const amount = required(parameters.integer('amount', 1), 'amount');
  const currency = required(parameters.text('currency'), 'currency').toLowerCase();
  if (!isCurrency(currency)) {
    throw invalidRequest(`Invalid currency: ${currency}.`, { param: 'currency' });
  }
  const minimum = minimumCharge(currency);
  if (amount < minimum) {
    const least = `${formatAmount(minimum, currency)} ${currency}`;
    throw invalidRequest(`Amount must be at least ${least}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  if (amount > maximumCharge) {
    throw invalidRequest(`Amount must be no more than ${formatAmount(maximumCharge, currency)}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  return { amount, currency };
}

/** An intent takes whatever the Dashboard allows, unless it says what it allows itself. */
function readMethods(parameters: Parameters): Pick<PaymentIntent, 'allowedTypes' | 'redirects'> {
  const types = parameters.texts('allowed_payment_method_types');
  const automatic = parameters.group('automatic_payment_methods');
  const isAutomatic =
    automatic && required(automatic.flag('enabled'), 'automatic_payment_methods[enabled]');
  const redirects = automatic?.choice('allow_redirects', ['always', 'never']) ?? 'always';
  const foreign = types.find((type) => type !== 'card');
  if (foreign !== undefined) {
    throw invalidRequest(
      `The payment method type provided: ${foreign} is invalid. (The sandbox takes cards alone.)`,
      { param: 'allowed_payment_method_types' },
    );
  }
  const allowedTypes = types.length > 0 ? types : null;
  return { allowedTypes, redirects: (isAutomatic ?? allowedTypes === null) ? redirects : null };
}

/** How to confirm. No card here asks its holder to act, so only `return_url` makes a difference. */
function readConfirmation(parameters: Parameters) {
  return {
    error_on_requires_action: parameters.flag('error_on_requires_action'),
    off_session: parameters.flag('off_session'),
    return_url: parameters.text('return_url'),
  };
}

/** There is no way to make a customer here, so none exists. */
function refuseCustomer(parameters: Parameters): void {
  const customer = parameters.text('customer');
  if (customer !== undefined) throw noSuch('customer', customer, 'customer', 'parameter');
}

function confirmNow(
  desk: Desk,
  intent: PaymentIntent,
  paymentMethod: PaymentMethod | undefined,
  returnUrl: string | undefined,
): Answer {
  const step = confirm(intent, paymentMethod, returnUrl, desk.now);
  record(desk.ledger, step);
  return step.intent.lastFailure === null
    ? ok(paymentIntentObject(step.intent))
    : { status: 402, body: declineBody(step.charge, step.intent) };
}

function settled(desk: Desk, step: Step): Answer {
  record(desk.ledger, step);
  return ok(paymentIntentObject(step.intent));
}

function findIntent({ ledger }: Desk, id: string): PaymentIntent {
  const intent = ledger.intents.find(id);
  if (intent === undefined) throw noSuch('payment_intent', id, 'intent', 'path');
  return intent;
}

function latestCharge({ ledger }: Desk, { latestCharge: id }: PaymentIntent) {
  return id === null ? undefined : ledger.charges.find(id);
}

import { StripeError } from '../domain/stripe-error.ts';
import { listCharges, retrieveCharge } from './charges.ts';
import type { Endpoint } from './endpoint.ts';
import {
  cancelPaymentIntent,
  capturePaymentIntent,
  confirmPaymentIntent,
  createPaymentIntent,
  listPaymentIntents,
  retrievePaymentIntent,
} from './payment-intents.ts';
import { retrievePaymentMethod } from './payment-methods.ts';
import { createRefund, listRefunds, retrieveRefund } from './refunds.ts';

/** By method and path; `*` is an id. */
const endpoints: Readonly<Record<string, Endpoint>> = {
  'POST /v1/payment_intents': createPaymentIntent,
  'GET /v1/payment_intents': listPaymentIntents,
  'GET /v1/payment_intents/*': retrievePaymentIntent,
  'POST /v1/payment_intents/*/confirm': confirmPaymentIntent,
  'POST /v1/payment_intents/*/capture': capturePaymentIntent,
  'POST /v1/payment_intents/*/cancel': cancelPaymentIntent,
  'GET /v1/charges': listCharges,
  'GET /v1/charges/*': retrieveCharge,
  'POST /v1/refunds': createRefund,
  'GET /v1/refunds': listRefunds,
  'GET /v1/refunds/*': retrieveRefund,
  'GET /v1/payment_methods/*': retrievePaymentMethod,
};

/** Who answers, and for which id; or Stripe's refusal of an address that it does not know. */
export function findEndpoint(method: string, path: string): { endpoint: Endpoint; id: string } {
  const [, collection, id = '', rest = ''] =
    /^(\/v1\/[a-z_]+)(?:\/(\w+)(\/[a-z]+)?)?$/.exec(path) ?? [];
  const endpoint = endpoints[`${method} ${collection}${id === '' ? '' : '/*'}${rest}`];
  if (endpoint !== undefined) return { endpoint, id };
  throw new StripeError(
    404,
    'invalid_request_error',
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs.`,
  );
}

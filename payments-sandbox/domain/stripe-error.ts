export interface ErrorFacts {
  /** One of https://docs.stripe.com/error-codes. */
  readonly code?: string;
  /** The parameter that is to blame. */
  readonly param?: string;
  /** The id of the intent that is in the wrong state. */
  readonly paymentIntent?: string;
}

/** What Stripe says no to, in its own words. A declined card is no such error: it is what came of an attempt. */
export class StripeError extends Error {
  override readonly name = 'StripeError';
  readonly status: number;
  readonly type: 'idempotency_error' | 'invalid_request_error';
  readonly facts: ErrorFacts;

  constructor(status: number, type: StripeError['type'], message: string, facts: ErrorFacts = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.facts = facts;
  }
}

export function invalidRequest(message: string, facts?: ErrorFacts): StripeError {
  return new StripeError(400, 'invalid_request_error', message, facts);
}

export function unexpectedState(paymentIntent: string, message: string): StripeError {
  return invalidRequest(message, { code: 'payment_intent_unexpected_state', paymentIntent });
}

/** An id in the path leads nowhere (404); in a parameter it makes the request wrong (400). */
export function noSuch(
  kind: string,
  id: string,
  param: string,
  where: 'path' | 'parameter',
): StripeError {
  const facts = { code: 'resource_missing', param };
  const status = where === 'path' ? 404 : 400;
  return new StripeError(status, 'invalid_request_error', `No such ${kind}: '${id}'`, facts);
}

import { refund, type Charge } from '../domain/charge.ts';
import { refundReasons } from '../domain/refund.ts';
import { invalidRequest, noSuch } from '../domain/stripe-error.ts';
import { refundObject } from '../objects/refund-object.ts';
import { ok, type Desk, type Endpoint } from './endpoint.ts';
import { listObject, listOptions } from './list.ts';

export const createRefund: Endpoint = (parameters) => {
  const chargeId = parameters.text('charge');
  const intentId = parameters.text('payment_intent');
  const terms = {
    ...optional('amount', parameters.integer('amount', 1)),
    reason: parameters.choice('reason', refundReasons),
    metadata: parameters.metadata(),
  };
  if ((chargeId === undefined) === (intentId === undefined)) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
      { code: 'parameter_missing', param: 'payment_intent' },
    );
  }
  return (desk) => {
    const { ledger, now } = desk;
    const charge =
      chargeId === undefined ? chargeOf(desk, intentId ?? '') : findCharge(desk, chargeId);
    const returned = refund(charge, terms, now);
    ledger.charges.save(returned.charge);
    ledger.refunds.add(returned.refund);
    return ok(refundObject(returned.refund));
  };
};

export const retrieveRefund: Endpoint =
  (_parameters, id) =>
  ({ ledger }) => {
    const found = ledger.refunds.find(id);
    if (found === undefined) throw noSuch('refund', id, 'refund', 'path');
    return ok(refundObject(found));
  };

export const listRefunds: Endpoint = (parameters) => {
  const options = listOptions(parameters);
  const where = {
    ...optional('paymentIntent', parameters.text('payment_intent')),
    ...optional('charge', parameters.text('charge')),
  };
  return ({ ledger }) =>
    ok(listObject(ledger.refunds, 'refund', { ...options, where }, refundObject));
};

/** The charge by which an intent got its money. */
function chargeOf({ ledger }: Desk, intentId: string): Charge {
  const intent = ledger.intents.find(intentId);
  if (intent === undefined) throw noSuch('payment_intent', intentId, 'payment_intent', 'parameter');
  const charge =
    intent.latestCharge === null ? undefined : ledger.charges.find(intent.latestCharge);
  if (charge?.captured === true) return charge;
  throw invalidRequest(
    `This PaymentIntent (${intentId}) does not have a successful charge to refund.`,
    { code: 'payment_intent_unexpected_state', paymentIntent: intentId },
  );
}

function findCharge({ ledger }: Desk, id: string): Charge {
  const charge = ledger.charges.find(id);
  if (charge === undefined) throw noSuch('charge', id, 'charge', 'parameter');
  return charge;
}

function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}

import { noSuch } from '../domain/stripe-error.ts';
import { chargeObject } from '../objects/charge-object.ts';
import { ok, type Endpoint } from './endpoint.ts';
import { listObject, listOptions } from './list.ts';

export const retrieveCharge: Endpoint =
  (_parameters, id) =>
  ({ ledger }) => {
    const charge = ledger.charges.find(id);
    if (charge === undefined) throw noSuch('charge', id, 'charge', 'path');
    return ok(chargeObject(charge));
  };

export const listCharges: Endpoint = (parameters) => {
  const options = listOptions(parameters);
  const paymentIntent = parameters.text('payment_intent');
  const where = paymentIntent === undefined ? {} : { paymentIntent };
  return ({ ledger }) =>
    ok(listObject(ledger.charges, 'charge', { ...options, where }, chargeObject));
};

import { paymentMethodFrom, type PaymentMethod } from '../domain/payment-method.ts';
import { noSuch } from '../domain/stripe-error.ts';
import { paymentMethodObject } from '../objects/payment-method-object.ts';
import { ok, type Desk, type Endpoint } from './endpoint.ts';

/** By id, or by one of Stripe's test tokens: that makes a new one. */
export const retrievePaymentMethod: Endpoint = (_parameters, id) => (desk) => {
  const paymentMethod = findOrMake(desk, id);
  if (paymentMethod === undefined) throw noSuch('PaymentMethod', id, 'payment_method', 'path');
  return ok(paymentMethodObject(paymentMethod));
};

/** The payment method that a parameter names, by id or by test token. */
export function usePaymentMethod(desk: Desk, name: string): PaymentMethod {
  const paymentMethod = findOrMake(desk, name);
  if (paymentMethod === undefined) {
    throw noSuch('PaymentMethod', name, 'payment_method', 'parameter');
  }
  return paymentMethod;
}

function findOrMake({ ledger, now }: Desk, name: string): PaymentMethod | undefined {
  const made = paymentMethodFrom(name, now);
  if (made === undefined) return ledger.paymentMethods.find(name);
  ledger.paymentMethods.add(made);
  return made;
}

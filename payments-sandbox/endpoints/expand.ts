import { invalidRequest } from '../domain/stripe-error.ts';
import { chargeObject } from '../objects/charge-object.ts';
import { paymentIntentObject } from '../objects/payment-intent-object.ts';
import { paymentMethodObject } from '../objects/payment-method-object.ts';
import type { Ledger } from '../store/ledger.ts';

type Fields = Record<string, unknown>;
type Find = (ledger: Ledger, id: string) => object | undefined;

const paymentIntent: Find = ({ intents }, id) => found(intents.find(id), paymentIntentObject);
const charge: Find = ({ charges }, id) => found(charges.find(id), chargeObject);
const paymentMethod: Find = ({ paymentMethods }, id) =>
  found(paymentMethods.find(id), paymentMethodObject);

/** The fields of each kind of object that hold an id, and what can stand there instead. */
const expandable: Readonly<Record<string, Readonly<Record<string, Find>>>> = {
  payment_intent: { latest_charge: charge, payment_method: paymentMethod },
  charge: { payment_intent: paymentIntent },
  refund: { charge, payment_intent: paymentIntent },
};

const levelsMax = 4;

/** Puts whole objects where an answer has their ids, along paths such as `data.latest_charge`. */
export function expandAll(ledger: Ledger, object: object, paths: readonly string[]): void {
  for (const path of paths) {
    if (path.split('.').length > levelsMax) {
      throw invalidRequest(`You cannot expand more than ${levelsMax} levels of a property.`, {
        param: 'expand',
      });
    }
    expand(ledger, object, path);
  }
}

function expand(ledger: Ledger, object: object, path: string): void {
  const [field = '', ...rest] = path.split('.');
  const fields = object as Fields;
  const { object: kind, data } = fields;
  if (kind === 'list' && field === 'data' && Array.isArray(data) && rest.length > 0) {
    for (const item of data as object[]) expand(ledger, item, rest.join('.'));
    return;
  }
  const find = expandable[String(kind)]?.[field];
  if (find === undefined) {
    throw invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
  }
  const value = fields[field];
  if (typeof value === 'string') fields[field] = find(ledger, value);
  const expanded = fields[field];
  if (rest.length > 0 && typeof expanded === 'object' && expanded !== null) {
    expand(ledger, expanded, rest.join('.'));
  }
}

function found<T>(record: T | undefined, present: (record: T) => object): object | undefined {
  return record && present(record);
}

import type { Step } from '../domain/payment-intent.ts';
import type { Ledger } from '../store/ledger.ts';

/** Writes down what a step changed and made. */
export function record(ledger: Ledger, { intent, charge, refund }: Step): void {
  ledger.intents.save(intent);
  if (charge) {
    if (ledger.charges.find(charge.id) === undefined) ledger.charges.add(charge);
    else ledger.charges.save(charge);
  }
  if (refund) ledger.refunds.add(refund);
}

import { cancel } from '../domain/payment-intent.ts';
import type { Ledger } from '../store/ledger.ts';
import { record } from './record.ts';

/** A hold that nobody captured in time is let go by the card's issuer, and its intent is canceled. */
export function releaseLapsedHolds(ledger: Ledger, now: number): void {
  for (const charge of ledger.charges.reached('heldUntil', now)) {
    const intent = ledger.intents.find(charge.paymentIntent);
    if (intent) record(ledger, cancel(intent, charge, 'automatic', now));
  }
}

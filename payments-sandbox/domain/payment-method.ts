import { newId } from './ids.ts';
import { testCard, type TestCard } from './test-cards.ts';

export interface PaymentMethod {
  readonly id: string;
  /** Seconds since 1970, as all times here. */
  readonly created: number;
  readonly card: TestCard;
}

/** Each use of a test token makes a payment method of its own; undefined when it is no such token. */
export function paymentMethodFrom(token: string, now: number): PaymentMethod | undefined {
  const card = testCard(token);
  return card && { id: newId('pm'), created: now, card };
}

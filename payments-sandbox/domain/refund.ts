import { newId } from './ids.ts';

export const refundReasons = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** Money that went back, or was held and let go. */
export interface Refund {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
  readonly paymentIntent: string;
  readonly reason: (typeof refundReasons)[number] | 'expired_uncaptured_charge' | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface RefundTerms {
  readonly amount: number;
  readonly reason?: Refund['reason'] | undefined;
  readonly metadata?: Refund['metadata'];
}

export function newRefund(
  charge: { readonly id: string; readonly currency: string; readonly paymentIntent: string },
  { amount, reason = null, metadata = {} }: RefundTerms,
  now: number,
): Refund {
  const { id, currency, paymentIntent } = charge;
  return {
    id: newId('re'),
    created: now,
    amount,
    currency,
    charge: id,
    paymentIntent,
    reason,
    metadata,
  };
}

import type { Money } from '#money';

export type PaymentStatus =
  | 'PENDING'
  | 'REQUIRES_ACTION'
  | 'AUTHORIZED'
  | 'CAPTURED'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED'
  | 'CANCELLED'
  | 'FAILED'
  | 'DISPUTED'
  | 'UNKNOWN';

/** One attempt to have an order paid. */
export interface Payment {
  readonly id: string;
  readonly status: PaymentStatus;
  readonly amount: Money;
  readonly captured: Money;
  readonly refunded: Money;
  /** The provider's own id, once it has answered. */
  readonly providerId: string | null;
  readonly method: PaymentMethod | null;
  readonly failure: PaymentFailure | null;
  readonly createdAt: Date;
}

export interface PaymentMethod {
  readonly id: string;
  readonly kind: 'CARD' | 'WALLET' | 'BANK_DEBIT' | 'BANK_TRANSFER';
  readonly funding: 'CREDIT' | 'DEBIT' | 'PREPAID' | 'UNKNOWN' | null;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly expiryMonth: number | null;
  readonly expiryYear: number | null;
}

export interface PaymentFailure {
  readonly code: string;
  readonly message: string;
  /** Whether another try or method may help. */
  readonly retryable: boolean;
}

/** What the provider says of an attempt; money that it holds or has taken is its word, not ours. */
export interface ProviderPayment {
  readonly providerId: string;
  readonly status: 'AUTHORIZED' | 'CAPTURED' | 'CANCELLED';
  readonly captured: Money;
  readonly method: PaymentMethod | null;
}

/** What may follow what. A status missing from a list is news that came too late. */
const successors: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['REQUIRES_ACTION', 'AUTHORIZED', 'CAPTURED', 'CANCELLED', 'FAILED', 'UNKNOWN'],
  UNKNOWN: ['REQUIRES_ACTION', 'AUTHORIZED', 'CAPTURED', 'CANCELLED', 'FAILED'],
  REQUIRES_ACTION: ['AUTHORIZED', 'CAPTURED', 'CANCELLED', 'FAILED', 'UNKNOWN'],
  AUTHORIZED: ['CAPTURED', 'CANCELLED', 'FAILED'],
  CAPTURED: ['PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED'],
  PARTIALLY_REFUNDED: ['REFUNDED', 'DISPUTED'],
  DISPUTED: ['PARTIALLY_REFUNDED', 'REFUNDED', 'CAPTURED'],
  REFUNDED: [],
  CANCELLED: [],
  FAILED: [],
};

/** The payment as the provider tells it; itself when that is no news, or came too late. */
export function settlePayment(payment: Payment, news: ProviderPayment): Payment {
  const { providerId, captured } = news;
  if (!successors[payment.status].includes(news.status)) return payment;
  const method = news.method ?? payment.method;
  return { ...payment, status: news.status, captured, providerId, method, failure: null };
}

export function failPayment(payment: Payment, failure: PaymentFailure): Payment {
  return successors[payment.status].includes('FAILED')
    ? { ...payment, status: 'FAILED', failure }
    : payment;
}

export function refundPayment(payment: Payment, refunded: Money): Payment {
  return successors[payment.status].includes('REFUNDED')
    ? { ...payment, status: 'REFUNDED', refunded }
    : payment;
}

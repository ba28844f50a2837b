import { Refusal } from '#errors';
import { sum, type Money } from '#money';
import type { Configuration, Recurrence } from './offer.ts';
import type { Payment } from './payment.ts';

export type OrderStatus =
  | 'PLACED'
  | 'AWAITING_PAYMENT'
  | 'HELD'
  | 'IN_PROGRESS'
  | 'COMPLETED'
  | 'PARTIALLY_COMPLETED'
  | 'FAILED'
  | 'CANCELLING'
  | 'CANCELLED';

export type OrderLineStatus =
  | 'PENDING'
  | 'RESERVED'
  | 'PROVISIONING'
  | 'COMPLETED'
  | 'FAILED'
  | 'CANCELLING'
  | 'CANCELLED'
  | 'REFUNDED';

export interface Order {
  readonly id: string;
  /** For people: `Q-2026-000123`. */
  readonly number: string;
  readonly ownerId: string;
  readonly status: OrderStatus;
  /** ISO 4217. */
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  /** Oldest first. */
  readonly payments: readonly Payment[];
  /** What pays: the provider's token or id of a method. */
  readonly paymentMethod: string;
  readonly failure: OrderFailure | null;
  /** Grows with every change. */
  readonly version: number;
  readonly placedAt: Date;
  readonly updatedAt: Date;
  readonly completedAt: Date | null;
  /** Set once cancelling was asked for; the status follows when all is undone. */
  readonly cancelRequestedAt: Date | null;
  /** The point of no return: from here the money is being taken. */
  readonly capturingAt: Date | null;
}

export interface OrderLine {
  readonly id: string;
  readonly orderId: string;
  readonly sku: string;
  /** As it was when bought. */
  readonly productName: string;
  readonly quantity: number;
  /** How many of the price's periods one charge covers. */
  readonly periods: number;
  /** As it was when bought; may be finer than the currency's minor unit. */
  readonly unitPrice: Money;
  readonly recurrence: Recurrence | null;
  /** Unit price × periods × quantity, rounded once. */
  readonly total: Money;
  readonly configuration: Configuration | null;
  /** Null for what is not provisioned. */
  readonly templateKey: string | null;
  readonly status: OrderLineStatus;
}

/** Why a purchase came to nothing, and at which step. */
export interface OrderFailure {
  readonly code: string;
  readonly message: string;
  readonly step: string;
}

/** What may follow what. A status missing from a list is a step that we refuse. */
const successors: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PLACED: ['AWAITING_PAYMENT', 'HELD', 'IN_PROGRESS', 'CANCELLING', 'FAILED', 'CANCELLED'],
  AWAITING_PAYMENT: ['HELD', 'IN_PROGRESS', 'CANCELLING', 'FAILED', 'CANCELLED'],
  HELD: ['AWAITING_PAYMENT', 'IN_PROGRESS', 'CANCELLING', 'FAILED', 'CANCELLED'],
  IN_PROGRESS: ['COMPLETED', 'PARTIALLY_COMPLETED', 'CANCELLING', 'FAILED', 'CANCELLED'],
  CANCELLING: ['CANCELLED', 'FAILED'],
  COMPLETED: [],
  PARTIALLY_COMPLETED: [],
  FAILED: [],
  CANCELLED: [],
};

const lineSuccessors: Readonly<Record<OrderLineStatus, readonly OrderLineStatus[]>> = {
  PENDING: ['RESERVED', 'CANCELLED', 'FAILED'],
  RESERVED: ['PROVISIONING', 'COMPLETED', 'CANCELLING', 'CANCELLED', 'FAILED'],
  PROVISIONING: ['COMPLETED', 'CANCELLING', 'CANCELLED', 'FAILED'],
  CANCELLING: ['CANCELLED', 'FAILED'],
  COMPLETED: ['REFUNDED'],
  FAILED: [],
  CANCELLED: [],
  REFUNDED: [],
};

export function advance(order: Order, status: OrderStatus, now: Date): Order | Refusal {
  if (order.status === status) return order; // the same news twice is no news
  if (!successors[order.status].includes(status)) return outOfOrder(order, status);
  const completedAt = isAtRest({ status }) ? now : null;
  return { ...order, status, completedAt, version: order.version + 1, updatedAt: now };
}

/** Moves those of the lines that may move; the others stay as they are. */
export function advanceLines(
  order: Order,
  lineIds: readonly string[],
  status: OrderLineStatus,
  now: Date,
): Order {
  const moves = (line: OrderLine) =>
    lineIds.includes(line.id) && lineSuccessors[line.status].includes(status);
  if (!order.lines.some(moves)) return order;
  return {
    ...order,
    lines: order.lines.map((line) => (moves(line) ? { ...line, status } : line)),
    version: order.version + 1,
    updatedAt: now,
  };
}

/** Marks the order as one to be cancelled. CANCELLED follows once the purchase has undone its work. */
export function requestCancellation(order: Order, now: Date): Order | Refusal {
  if (order.cancelRequestedAt !== null) return order;
  if (!isCancellable(order)) return outOfOrder(order, 'CANCELLED');
  const cancelling = advance(order, 'CANCELLING', now);
  return cancelling instanceof Refusal ? cancelling : { ...cancelling, cancelRequestedAt: now };
}

/** Passes the point of no return, unless cancelling was asked for before. */
export function beginCapture(order: Order, now: Date): Order | Refusal {
  if (order.capturingAt !== null) return order;
  if (order.cancelRequestedAt !== null) return outOfOrder(order, 'COMPLETED');
  return { ...order, capturingAt: now, version: order.version + 1, updatedAt: now };
}

export function isCancellable(order: Order): boolean {
  return (
    order.cancelRequestedAt === null &&
    order.capturingAt === null &&
    successors[order.status].includes('CANCELLING')
  );
}

/** Whether nothing will move it any more by itself. */
export function isAtRest({ status }: Pick<Order, 'status'>): boolean {
  return successors[status].length === 0;
}

/** Line totals are the truth, and sum to the order's. */
export function totalOf({ lines, currency }: Pick<Order, 'lines' | 'currency'>): Money {
  return sum(
    lines.map(({ total }) => total),
    currency,
  );
}

function outOfOrder({ status }: Order, next: OrderStatus): Refusal {
  return new Refusal('ORDER_STATUS', `An order that is ${status} can't become ${next}.`, ['id']);
}

import type { Order } from './order.ts';

/** What happens to an order, and what others hear of it. Facts only: whoever wants more asks the graph. */
export type OrderEventType =
  | 'order.placed'
  | 'order.cancellation_requested'
  | 'stock.reserved'
  | 'stock.released'
  | 'payment.authorized'
  | 'payment.failed'
  | 'payment.captured'
  | 'payment.cancelled'
  | 'payment.refunded'
  | 'line.provisioning'
  | 'line.completed'
  | 'line.failed'
  | 'order.in_progress'
  | 'order.completed'
  | 'order.partially_completed'
  | 'order.failed'
  | 'order.cancelled';

export interface OrderEvent {
  readonly type: OrderEventType;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event in its place in the order's stream. */
export interface NumberedEvent {
  readonly id: string;
  /** 1, 2, 3 … within the order, with no gap. */
  readonly sequence: number;
  readonly at: Date;
  readonly type: string;
  /** The id of a person, API client or service. */
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a watcher of an order is told. */
export interface OrderUpdate {
  /** To resume after this update. */
  readonly cursor: string;
  /** Null in the first, which only shows the state. */
  readonly event: NumberedEvent | null;
  /** As it is when read, which may be later than the event. */
  readonly order: Order | null;
}

const messages: Readonly<Record<OrderEventType, string>> = {
  'order.placed': 'The order was placed.',
  'order.cancellation_requested': 'Cancelling was asked for.',
  'stock.reserved': 'The goods are reserved.',
  'stock.released': 'The reservation was given back.',
  'payment.authorized': 'The amount is authorised.',
  'payment.failed': 'The payment was refused.',
  'payment.captured': 'The payment was taken.',
  'payment.cancelled': 'The authorisation was given back.',
  'payment.refunded': 'The money was given back.',
  'line.provisioning': 'Provisioning moved on.',
  'line.completed': 'A line was delivered.',
  'line.failed': 'A line could not be delivered, and is not charged.',
  'order.in_progress': 'The order is being provisioned.',
  'order.completed': 'The order is complete.',
  'order.partially_completed': 'A part of the order is complete; the rest was not charged.',
  'order.failed': 'The order failed, and everything was undone.',
  'order.cancelled': 'The order was cancelled, and everything was undone.',
};

/** A sentence for people. */
export function messageOf({ type, data }: Pick<NumberedEvent, 'type' | 'data'>): string {
  const { status, progress, message } = data;
  if (type === 'line.provisioning' && typeof progress === 'number') {
    return `Provisioning: ${String(status)}, ${Math.round(progress * 100)} %.`;
  }
  if (typeof message === 'string') return message;
  return type in messages ? messages[type as OrderEventType] : type;
}

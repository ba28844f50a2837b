import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import {
  createTransact,
  once,
  type Attempt,
  type Bell,
  type NewEvent,
  type Transact,
} from '#events';
import { sendMessage, startWorkflow } from '#workflow';
import type { Cart } from '../domain/cart.ts';
import type { DeliveryRequest } from '../domain/delivery.ts';
import type { OrderEvent } from '../domain/event.ts';
import type { Order } from '../domain/order.ts';
import { findCart, findOpenCart, insertCart, lockCart, saveCart } from './carts.ts';
import type { Database, Transaction } from './database.ts';
import {
  findOrders,
  findOrdersByLine,
  findOrdersByNumber,
  findRequests,
  insertOrder,
  listOrders,
  lockOrder,
  nextOrderNumber,
  saveOrder,
  saveRequest,
} from './orders.ts';

/** Carts and orders, as the domain knows them. */
export interface OrderStore {
  findCart(id: string): Promise<Cart | null>;
  findOpenCart(ownerId: string, now: Date): Promise<Cart | null>;
  /** Those of the orders that the caller may see, in any order. */
  findOrders(caller: Principal, ids: readonly string[]): Promise<Order[]>;
  findOrdersByNumber(caller: Principal, numbers: readonly string[]): Promise<Order[]>;
  findOrdersByLine(caller: Principal, lineIds: readonly string[]): Promise<Order[]>;
  /** Newest first. */
  listOrders(
    caller: Principal,
    page: {
      readonly ownerId: string | null;
      readonly limit: number;
      readonly after: string | null;
    },
  ): Promise<Order[]>;
  findRequests(orderId: string): Promise<DeliveryRequest[]>;
  /** Commits the work and its events as one; a returned refusal changes nothing. */
  transact<Answer>(work: (tx: OrdersTransaction) => Promise<Answer>): Promise<Answer>;
  /** For the consumer of others' events, whose position moves in the transaction of the effects. */
  readonly transactSql: Transact<Transaction>;
  /** What such a transaction offers the actions. */
  readonly inside: (tx: Transaction, append: (event: NewEvent) => void) => OrdersTransaction;
}

export interface OrdersTransaction {
  /** Does the work once for the caller's key, and gives its id again to whoever asks the same. */
  once(attempt: Attempt, work: () => Promise<string | Refusal>): Promise<string | Refusal>;
  lockCart(id: string): Promise<Cart | null>;
  insertCart(cart: Cart): Promise<void>;
  saveCart(cart: Cart): Promise<void>;
  nextOrderNumber(now: Date): Promise<string>;
  insertOrder(order: Order, cartId: string): Promise<void>;
  /** The order, if the caller may see it, or NOT_FOUND; held to the end of the transaction. */
  lockOrder(caller: Principal, id: string): Promise<Order>;
  /** Writes what differs from `before`, which `lockOrder` gave. */
  saveOrder(order: Order, before: Order): Promise<void>;
  findRequests(orderId: string): Promise<DeliveryRequest[]>;
  saveRequest(orderId: string, request: DeliveryRequest): Promise<void>;
  /** Puts the event in the outbox, in the order's and the customer's streams. */
  append(order: Pick<Order, 'id' | 'ownerId'>, actor: string, event: OrderEvent): void;
  /** Starts the purchase when this commits. */
  startPurchase(orderId: string): Promise<void>;
  /** Wakes the purchase when this commits; the same reason twice wakes it once. */
  wakePurchase(orderId: string, reason: string): Promise<void>;
}

export interface OrderStoreOptions {
  readonly database: Database;
  readonly bell: Bell;
  readonly clock: () => Date;
}

/** The domain's name on the bus, and its house's in the workflow engine. */
export const house = 'orders';
/** What the purchase listens to while it waits. */
export const wakeTopic = 'wake';

export function createOrderStore({ database, bell, clock }: OrderStoreOptions): OrderStore {
  const transact = createTransact<Transaction>({ client: database, bell, source: house, clock });
  return {
    findCart: (id) => findCart(database, id),
    findOpenCart: (ownerId, now) => findOpenCart(database, ownerId, now),
    findOrders: (caller, ids) => findOrders(database, caller, ids),
    findOrdersByNumber: (caller, numbers) => findOrdersByNumber(database, caller, numbers),
    findOrdersByLine: (caller, lineIds) => findOrdersByLine(database, caller, lineIds),
    listOrders: (caller, page) => listOrders(database, caller, page),
    findRequests: (orderId) => findRequests(database, orderId),
    transact: (work) => transact((tx, append) => work(ordersTransaction(tx, append))),
    transactSql: transact,
    inside: ordersTransaction,
  };
}

function ordersTransaction(tx: Transaction, append: (event: NewEvent) => void): OrdersTransaction {
  return {
    once: (attempt, work) => once(tx, attempt, work),
    lockCart: (id) => lockCart(tx, id),
    insertCart: (cart) => insertCart(tx, cart),
    saveCart: (cart) => saveCart(tx, cart),
    nextOrderNumber: (now) => nextOrderNumber(tx, now),
    insertOrder: (order, cartId) => insertOrder(tx, order, cartId),
    lockOrder: (caller, id) => lockOrder(tx, caller, id),
    saveOrder: (order, before) => saveOrder(tx, order, before),
    findRequests: (orderId) => findRequests(tx, orderId),
    saveRequest: (orderId, request) => saveRequest(tx, orderId, request),
    append: ({ id, ownerId }, actor, { type, data }) => {
      const streams = [`order:${id}`, `customer:${ownerId}`];
      append({ type, streams, actor, data: { orderId: id, ...data } });
    },
    startPurchase: (orderId) =>
      startWorkflow(tx, { house, workflow: 'purchase', subject: orderId }),
    wakePurchase: (orderId, reason) =>
      sendMessage(tx, { to: orderId, topic: wakeTopic, id: `${orderId}:${reason}` }),
  };
}

import type { Principal } from '#auth';
import { NotFound, Refusal } from '#errors';
import { makeId } from '#ids';
import { compare, type Money } from '#money';
import {
  isOpenTo,
  periodsOf,
  problemsOf,
  totalOf,
  totalOfLine,
  type Cart,
} from '../domain/cart.ts';
import type { Order } from '../domain/order.ts';
import type { Parts } from '../parts.ts';
import { findLineProblems } from './find-problems.ts';
import { noSuchCart, readCart } from './use-cart.ts';

export interface Checkout {
  readonly cartId: string;
  readonly paymentMethod?: string | null;
  /** The total that the customer saw and accepted. */
  readonly expectedTotal: Money;
  readonly idempotencyKey: string;
}

/**
 * Places the order and starts its purchase. Order, key, event and the purchase's start are one commit;
 * what needs the network is checked before, and holds for the cart's version that was checked.
 */
export async function checkout(
  parts: Parts,
  caller: Principal,
  { idempotencyKey: key, ...input }: Checkout,
): Promise<Order | Refusal> {
  const attempt = { callerId: caller.id, operation: 'checkout', key, input };
  const checking = check(parts, caller, input);
  await Promise.allSettled([checking]); // the transaction waits for no network
  const outcome = await parts.orders.transact((tx) =>
    tx.once(attempt, async () => {
      // Only now: a key that has led to an order gives that one, whatever became of its cart.
      const checked = await checking;
      if (checked instanceof Refusal) return checked;
      const cart = await tx.lockCart(checked.id);
      if (cart === null || !isOpenTo(cart, caller.id, parts.clock())) return noSuchCart();
      if (cart.version !== checked.version) return cartChanged();
      const order = placedOrder(cart, caller.id, {
        number: await tx.nextOrderNumber(parts.clock()),
        paymentMethod: input.paymentMethod ?? '',
        now: parts.clock(),
      });
      await tx.saveCart({ ...cart, ownerId: caller.id, ordered: true, version: cart.version + 1 });
      await tx.insertOrder(order, cart.id);
      const { number } = order;
      tx.append(order, caller.id, { type: 'order.placed', data: { number, total: totalOf(cart) } });
      await tx.startPurchase(order.id);
      return order.id;
    }),
  );
  if (outcome instanceof Refusal) return outcome;
  const [order] = await parts.orders.findOrders(caller, [outcome]);
  if (order === undefined) throw new NotFound(outcome);
  return order;
}

/** The cart, if a checkout may follow. */
async function check(
  parts: Parts,
  caller: Principal,
  input: Omit<Checkout, 'idempotencyKey'>,
): Promise<Cart | Refusal> {
  const cart = await readCart(parts, caller, input.cartId);
  if (cart === null) return noSuchCart();
  if (cart.ordered) {
    return new Refusal('CART_ORDERED', 'An order was placed from this cart already.', ['cartId']);
  }
  const [whole] = problemsOf(cart);
  if (whole !== undefined) return new Refusal(whole.code, whole.message, ['cartId']);
  if (typeof input.paymentMethod !== 'string' || input.paymentMethod === '') {
    const message = "Give a payment method: a saved one's id, or a token such as pm_card_visa.";
    return new Refusal('PAYMENT_METHOD_REQUIRED', message, ['paymentMethod']);
  }
  const problems = await findLineProblems(parts, cart);
  for (const [index, line] of cart.lines.entries()) {
    const [first] = problems.get(line.id) ?? [];
    if (first === undefined) continue;
    return new Refusal(first.code, first.message, ['lines', String(index), ...(first.field ?? [])]);
  }
  return isTotal(cart, input.expectedTotal) ? cart : totalChanged(cart);
}

interface Placing {
  readonly number: string;
  readonly paymentMethod: string;
  readonly now: Date;
}

function placedOrder(cart: Cart, ownerId: string, { number, paymentMethod, now }: Placing): Order {
  const id = makeId('ord', ownerId, now);
  return {
    id,
    number,
    ownerId,
    status: 'PLACED',
    currency: cart.currency,
    lines: cart.lines.map((line) => ({
      id: makeId('oln', ownerId, now),
      orderId: id,
      sku: line.sku,
      productName: line.productName,
      quantity: line.quantity,
      periods: periodsOf(line),
      unitPrice: line.unitPrice,
      recurrence: line.recurrence,
      total: totalOfLine(line),
      configuration: line.configuration,
      templateKey: line.templateKey,
      status: 'PENDING',
    })),
    payments: [],
    paymentMethod,
    failure: null,
    version: 1,
    placedAt: now,
    updatedAt: now,
    completedAt: null,
    cancelRequestedAt: null,
    capturingAt: null,
  };
}

function isTotal(cart: Cart, expected: Money): boolean {
  return expected.currency === cart.currency && compare(totalOf(cart), expected) === 0;
}

function totalChanged(cart: Cart): Refusal {
  const { amount, currency } = totalOf(cart);
  const message = `The total is ${amount} ${currency} by now: show it, and check out with it.`;
  return new Refusal('PRICE_CHANGED', message, ['expectedTotal']);
}

function cartChanged(): Refusal {
  const message = 'The cart has changed meanwhile: read it again, and check out with its total.';
  return new Refusal('STALE', message, ['cartId']);
}

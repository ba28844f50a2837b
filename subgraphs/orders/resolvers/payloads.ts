import { Refusal } from '#errors';
import { userErrors } from '#graphql';
import type { Cart } from '../domain/cart.ts';
import type { Order } from '../domain/order.ts';

/** An order, or the reason why not. */
export function orderPayload(outcome: Order | Refusal) {
  const order = outcome instanceof Refusal ? null : outcome;
  return { order, userErrors: userErrors(outcome) };
}

/** A cart, or the reason why not. */
export function cartPayload(outcome: Cart | Refusal) {
  const cart = outcome instanceof Refusal ? null : outcome;
  return { cart, userErrors: userErrors(outcome) };
}

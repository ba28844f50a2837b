import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { makeOwnerlessId } from '#ids';
import { newCart, type Cart } from '../domain/cart.ts';
import type { Parts } from '../parts.ts';
import { noSuchCart, personOf, readCart } from './use-cart.ts';

export interface CreateCart {
  readonly currency: string;
  readonly idempotencyKey?: string | null;
}

/** Makes a cart: the caller's own, or, for a guest, anyone's who knows its id. */
export async function createCart(
  parts: Parts,
  caller: Principal,
  { currency, idempotencyKey }: CreateCart,
): Promise<Cart | Refusal> {
  if (!Intl.supportedValuesOf('currency').includes(currency)) {
    return new Refusal('CURRENCY', `${currency} is no currency of ISO 4217.`, ['currency']);
  }
  const now = parts.clock();
  const cart = newCart(makeOwnerlessId('crt', now), personOf(caller), currency, now);
  const id = await parts.orders.transact(async (tx) => {
    const insert = async () => {
      await tx.insertCart(cart);
      return cart.id;
    };
    // Guests have no name to keep a key under, so theirs is not kept.
    if (cart.ownerId === null || typeof idempotencyKey !== 'string') return await insert();
    const attempt = {
      callerId: caller.id,
      operation: 'createCart',
      key: idempotencyKey,
      input: { currency },
    };
    return await tx.once(attempt, insert);
  });
  if (id instanceof Refusal) return id;
  return id === cart.id ? cart : ((await readCart(parts, caller, id)) ?? noSuchCart());
}

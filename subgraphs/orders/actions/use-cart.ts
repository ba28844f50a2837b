import { isAnonymous, type Principal } from '#auth';
import { Refusal } from '#errors';
import { isOpenTo, type Cart } from '../domain/cart.ts';
import type { Parts } from '../parts.ts';

/** The person behind the call, or null. */
export function personOf(caller: Principal): string | null {
  return isAnonymous(caller) ? null : caller.id;
}

/** The cart, if the caller may use it. */
export async function readCart(
  { orders, clock }: Parts,
  caller: Principal,
  id: string,
): Promise<Cart | null> {
  const cart = await orders.findCart(id);
  return cart !== null && isOpenTo(cart, personOf(caller), clock()) ? cart : null;
}

/** The caller's own newest cart from which nothing was ordered. */
export async function readMyCart(
  { orders, clock }: Parts,
  caller: Principal,
): Promise<Cart | null> {
  const person = personOf(caller);
  return person === null ? null : await orders.findOpenCart(person, clock());
}

/** Changes the cart under its lock, if the caller may use it. */
export async function changeCart(
  { orders, clock }: Parts,
  caller: Principal,
  id: string,
  change: (cart: Cart) => Cart | Refusal,
): Promise<Cart | Refusal> {
  return await orders.transact(async (tx) => {
    const found = await tx.lockCart(id);
    if (found === null || !isOpenTo(found, personOf(caller), clock())) return noSuchCart();
    const cart = change(found);
    if (!(cart instanceof Refusal) && cart !== found) await tx.saveCart(cart);
    return cart;
  });
}

/** The cart does not exist, or is somebody else's: both look alike from outside. */
export function noSuchCart(): Refusal {
  return new Refusal('NOT_FOUND', 'There is no such cart; it may have ended.', ['cartId']);
}

import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import { reprice, type Cart } from '../domain/cart.ts';
import type { Parts } from '../parts.ts';
import { changeCart, noSuchCart, readCart } from './use-cart.ts';

/** Takes today's prices for all lines. */
export async function repriceCart(
  parts: Parts,
  caller: Principal,
  { id }: { readonly id: string },
): Promise<Cart | Refusal> {
  const cart = await readCart(parts, caller, id);
  if (cart === null) return noSuchCart();
  const offers = await parts.catalogue.findOffers(cart.currency, cart.lines);
  return await changeCart(parts, caller, id, (found) => reprice(found, offers));
}

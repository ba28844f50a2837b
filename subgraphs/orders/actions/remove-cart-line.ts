import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import { removeLine, type Cart } from '../domain/cart.ts';
import type { Parts } from '../parts.ts';
import { changeCart } from './use-cart.ts';

export interface RemoveCartLine {
  readonly cartId: string;
  readonly lineId: string;
}

export async function removeCartLine(
  parts: Parts,
  caller: Principal,
  { cartId, lineId }: RemoveCartLine,
): Promise<Cart | Refusal> {
  return await changeCart(parts, caller, cartId, (cart) => removeLine(cart, lineId));
}

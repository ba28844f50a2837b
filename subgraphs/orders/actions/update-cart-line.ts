import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { changeLine, type Cart } from '../domain/cart.ts';
import type { Parts } from '../parts.ts';
import { readConfiguration } from './add-cart-line.ts';
import { checkConfiguration } from './check-configuration.ts';
import { changeCart, noSuchCart, readCart } from './use-cart.ts';

export interface UpdateCartLine {
  readonly cartId: string;
  readonly lineId: string;
  readonly quantity?: number | null;
  /** Left out, it stays; null clears it. */
  readonly configuration?: unknown;
}

/** Changes how many, or how they are configured; the price stays as it was quoted. */
export async function updateCartLine(
  parts: Parts,
  caller: Principal,
  input: UpdateCartLine,
): Promise<Cart | Refusal> {
  const cart = await readCart(parts, caller, input.cartId);
  const line = cart?.lines.find(({ id }) => id === input.lineId);
  if (cart === null) return noSuchCart();
  const configuration = readConfiguration(input.configuration);
  if (configuration instanceof Refusal) return configuration;
  const configures = input.configuration !== undefined;
  if (configures && line !== undefined) {
    const wanted = [{ sku: line.sku, quantity: line.quantity }];
    const offer = (await parts.catalogue.findOffers(cart.currency, wanted)).get(line.sku);
    const [wrong] = checkConfiguration(offer?.configurationFields ?? [], configuration);
    if (wrong !== undefined) return new Refusal(wrong.code, wrong.message, wrong.field);
  }
  const change = {
    ...(typeof input.quantity === 'number' && { quantity: input.quantity }),
    ...(configures && { configuration }),
  };
  return await changeCart(parts, caller, input.cartId, (found) =>
    changeLine(found, input.lineId, change),
  );
}

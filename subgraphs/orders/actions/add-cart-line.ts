import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { makeOwnerlessId } from '#ids';
import { addLine, isOpenTo, type Cart } from '../domain/cart.ts';
import type { Configuration, Offer } from '../domain/offer.ts';
import type { Parts } from '../parts.ts';
import { checkConfiguration } from './check-configuration.ts';
import { noSuchCart, personOf, readCart } from './use-cart.ts';

export interface AddCartLine {
  readonly cartId: string;
  readonly sku: string;
  readonly quantity?: number | null;
  readonly configuration?: unknown;
  readonly idempotencyKey?: string | null;
}

/** Puts something into the cart at today's price. */
export async function addCartLine(
  parts: Parts,
  caller: Principal,
  { idempotencyKey, ...input }: AddCartLine,
): Promise<Cart | Refusal> {
  const cart = await readCart(parts, caller, input.cartId);
  if (cart === null) return noSuchCart();
  const quantity = input.quantity ?? 1;
  const configuration = readConfiguration(input.configuration);
  if (configuration instanceof Refusal) return configuration;
  const offer = await findOffer(parts, cart.currency, input.sku, quantity);
  if (offer instanceof Refusal) return offer;
  const [wrong] = checkConfiguration(offer.configurationFields, configuration);
  if (wrong !== undefined) return new Refusal(wrong.code, wrong.message, wrong.field);

  const id = makeOwnerlessId('cln', parts.clock());
  const outcome = await parts.orders.transact(async (tx) => {
    const add = async (): Promise<string | Refusal> => {
      const found = await tx.lockCart(cart.id);
      if (found === null || !isOpenTo(found, personOf(caller), parts.clock())) return noSuchCart();
      const changed = addLine(found, id, offer, quantity, configuration);
      if (changed instanceof Refusal) return changed;
      await tx.saveCart(changed);
      return changed.id;
    };
    if (typeof idempotencyKey !== 'string') return await add();
    // A guest's key is kept under the cart's own id, which only its users know.
    const callerId = personOf(caller) ?? cart.id;
    const attempt = { callerId, operation: 'addCartLine', key: idempotencyKey, input };
    return await tx.once(attempt, add);
  });
  if (outcome instanceof Refusal) return outcome;
  return (await readCart(parts, caller, outcome)) ?? noSuchCart();
}

/** A configuration is a JSON object, or absent. */
export function readConfiguration(value: unknown): Configuration | null | Refusal {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object' && !Array.isArray(value)) return value as Configuration;
  const message = 'Give the configuration as an object, such as {"hostname": "web-1"}.';
  return new Refusal('CONFIGURATION_INCOMPLETE', message, ['configuration']);
}

async function findOffer(
  { catalogue }: Parts,
  currency: string,
  sku: string,
  quantity: number,
): Promise<Offer | Refusal> {
  const offers = await catalogue.findOffers(currency, [{ sku, quantity: Math.max(1, quantity) }]);
  return offers.get(sku) ?? new Refusal('NOT_FOUND', `Nothing has the SKU ${sku}.`, ['sku']);
}

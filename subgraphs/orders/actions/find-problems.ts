import { problemsOfLine, type Cart, type CartProblem } from '../domain/cart.ts';
import type { Parts } from '../parts.ts';
import { checkConfiguration } from './check-configuration.ts';

/** What stands between each line of the cart and a checkout, by the line's id. */
export async function findLineProblems(
  { catalogue, provisioning }: Pick<Parts, 'catalogue' | 'provisioning'>,
  cart: Cart,
): Promise<ReadonlyMap<string, readonly CartProblem[]>> {
  const skus = [...new Set(cart.lines.map(({ sku }) => sku))];
  const [offers, available] = await Promise.all([
    catalogue.findOffers(cart.currency, cart.lines),
    skus.length > 0 ? provisioning.findAvailability(skus) : new Map<string, number | null>(),
  ]);
  return new Map(
    cart.lines.map((line) => {
      const offer = offers.get(line.sku) ?? null;
      const wrong = checkConfiguration(offer?.configurationFields ?? [], line.configuration);
      return [line.id, problemsOfLine(line, offer, available.get(line.sku) ?? null, wrong)];
    }),
  );
}

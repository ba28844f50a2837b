import { compare, type Money } from '#money';

export interface Price {
  readonly id: string;
  readonly kind: PriceKind;
  /** With the decimals that it was given; may be finer than the currency's minor unit. */
  readonly unitPrice: Money;
  readonly taxIncluded: boolean;
  /** What one unit price buys, `periodCount` times; null when it is paid once. */
  readonly period: BillingPeriod | null;
  readonly periodCount: number;
  /** How many periods the buyer commits to, when any. */
  readonly committedPeriods: number | null;
  /** What is metered, for USAGE. */
  readonly unit: string | null;
  /** The quantity from which this tier holds. */
  readonly minQuantity: number;
  readonly validFrom: Date | null;
  /** The first instant at which it no longer holds. */
  readonly validUntil: Date | null;
}

export type PriceKind = 'ONE_TIME' | 'RECURRING' | 'USAGE';
export type BillingPeriod = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'YEAR';

/** A price on no condition, of one period, or paid once. */
export function plainPrice(unitPrice: Money, period: BillingPeriod | null): Omit<Price, 'id'> {
  return {
    kind: period === null ? 'ONE_TIME' : 'RECURRING',
    unitPrice,
    taxIncluded: false,
    period,
    periodCount: 1,
    committedPeriods: null,
    unit: null,
    minQuantity: 1,
    validFrom: null,
    validUntil: null,
  };
}

/** Over prices of one kind and period. */
export interface PriceRange {
  readonly min: Money;
  readonly max: Money;
  readonly kind: PriceKind;
  readonly period: BillingPeriod | null;
  readonly periodCount: number;
}

/** Who asks for a price. */
export interface Buyer {
  /** Null leaves it to the shop: its own currency if there is a price in it, else the first of the alphabet. */
  readonly currency: string | null;
  readonly shopCurrency: string;
  readonly quantity: number;
  readonly now: Date;
}

/**
 * The price of a variant that the buyer pays, or null when there is none. Of several it is the one for
 * the whole time rather than once or by use, with the least commitment, then the highest tier reached,
 * then the newest.
 */
export function priceFor(prices: readonly Price[], buyer: Buyer): Price | null {
  const offered = prices.filter((price) => isOffered(price, buyer));
  const currency = buyer.currency ?? shopsChoice(offered, buyer.shopCurrency);
  const [best] = offered
    .filter(({ unitPrice }) => unitPrice.currency === currency)
    .toSorted(byPreference);
  return best ?? null;
}

/** From the cheapest to the dearest variant, over the kind and period that most of them are sold by. */
export function priceRange(
  pricesOfVariants: readonly (readonly Price[])[],
  buyer: Omit<Buyer, 'quantity'>,
): PriceRange | null {
  const one = { ...buyer, quantity: 1 };
  const offered = pricesOfVariants.flat().filter((price) => isOffered(price, one));
  const currency = buyer.currency ?? shopsChoice(offered, buyer.shopCurrency);
  if (currency === undefined) return null;
  const entries = pricesOfVariants
    .map((prices) => priceFor(prices, { ...one, currency }))
    .filter((price) => price !== null)
    .toSorted(byPreference);
  const groups = Map.groupBy(entries, ({ kind, period, periodCount }) =>
    [kind, period, periodCount].join(),
  );
  const [group = []] = [...groups.values()].toSorted((left, right) => right.length - left.length);
  const [first, ...others] = group;
  if (first === undefined) return null;
  let [min, max] = [first.unitPrice, first.unitPrice];
  for (const { unitPrice } of others) {
    if (compare(unitPrice, min) < 0) min = unitPrice;
    if (compare(unitPrice, max) > 0) max = unitPrice;
  }
  const { kind, period, periodCount } = first;
  return { min, max, kind, period, periodCount };
}

function isOffered({ minQuantity, validFrom, validUntil }: Price, { quantity, now }: Buyer) {
  return (
    minQuantity <= quantity &&
    (validFrom === null || validFrom <= now) &&
    (validUntil === null || validUntil > now)
  );
}

function shopsChoice(offered: readonly Price[], shopCurrency: string): string | undefined {
  const currencies = offered.map(({ unitPrice }) => unitPrice.currency);
  return currencies.includes(shopCurrency) ? shopCurrency : currencies.toSorted()[0];
}

const kinds: readonly PriceKind[] = ['RECURRING', 'ONE_TIME', 'USAGE'];
const periods: readonly (BillingPeriod | null)[] = [null, 'HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'];

function byPreference(left: Price, right: Price): number {
  return (
    kinds.indexOf(left.kind) - kinds.indexOf(right.kind) ||
    (left.committedPeriods ?? 0) - (right.committedPeriods ?? 0) ||
    periods.indexOf(left.period) - periods.indexOf(right.period) ||
    left.periodCount - right.periodCount ||
    right.minQuantity - left.minQuantity ||
    (right.validFrom?.getTime() ?? 0) - (left.validFrom?.getTime() ?? 0) ||
    (left.id < right.id ? -1 : 1)
  );
}

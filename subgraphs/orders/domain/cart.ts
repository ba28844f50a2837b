import { Refusal } from '#errors';
import { compare, lineTotal, sum, type Money } from '#money';
import {
  chargeRecurrence,
  periodsCharged,
  type Configuration,
  type Offer,
  type Recurrence,
} from './offer.ts';

export interface Cart {
  readonly id: string;
  /** Whose it is; null while nobody who signed in has made or claimed it. */
  readonly ownerId: string | null;
  readonly currency: string;
  readonly lines: readonly CartLine[];
  /** True once an order was placed from it. */
  readonly ordered: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface CartLine {
  readonly id: string;
  readonly sku: string;
  readonly productName: string;
  readonly quantity: number;
  /** As it was when put in, or when the cart was last repriced. */
  readonly unitPrice: Money;
  readonly recurrence: Recurrence | null;
  readonly configuration: Configuration | null;
  readonly templateKey: string | null;
}

/** A line with the cart that it is in. */
export interface LineOfCart extends CartLine {
  readonly cart: Cart;
}

/** What stands between a line, or the cart, and a checkout. */
export interface CartProblem {
  readonly code: string;
  readonly message: string;
  readonly field: readonly string[] | null;
  readonly availableQuantity: number | null;
  readonly unitPrice: Money | null;
}

export interface RecurringTotal extends Recurrence {
  readonly total: Money;
}

const linesMax = 100;
const quantityMax = 1_000;
const lifeMs = 30 * 24 * 3_600_000;

/** What a payment provider takes at least, in minor units (Stripe, "Minimum charge amounts"). */
const minimumCharge: Readonly<Record<string, string>> = {
  AUD: '0.50',
  BRL: '0.50',
  CAD: '0.50',
  CHF: '0.50',
  CNY: '4.00',
  DKK: '2.50',
  EUR: '0.50',
  GBP: '0.30',
  JPY: '50',
  USD: '0.50',
};

export function newCart(id: string, ownerId: string | null, currency: string, now: Date): Cart {
  const expiresAt = new Date(now.getTime() + lifeMs);
  return {
    id,
    ownerId,
    currency,
    lines: [],
    ordered: false,
    version: 1,
    createdAt: now,
    expiresAt,
  };
}

/** Whether that person may read and change it: anyone who knows its id, until it is somebody's. */
export function isOpenTo(cart: Cart, personId: string | null, now: Date): boolean {
  return (cart.ownerId === null || cart.ownerId === personId) && cart.expiresAt > now;
}

/** Puts something in, at today's price; the same thing configured alike adds to the line that is there. */
export function addLine(
  cart: Cart,
  id: string,
  offer: Offer,
  quantity: number,
  configuration: Configuration | null,
): Cart | Refusal {
  const price = soldAt(cart, offer);
  if (price instanceof Refusal) return price;
  const same = cart.lines.find(
    (line) =>
      line.sku === offer.sku &&
      JSON.stringify(line.configuration) === JSON.stringify(configuration),
  );
  if (same !== undefined) return changeLine(cart, same.id, { quantity: same.quantity + quantity });
  if (cart.lines.length >= linesMax) {
    return new Refusal('CART_FULL', `A cart has ${linesMax} lines at most.`, ['cartId']);
  }
  const line: CartLine = {
    id,
    sku: offer.sku,
    productName: offer.productName,
    quantity,
    unitPrice: price.unitPrice,
    recurrence: price.recurrence,
    configuration,
    templateKey: offer.templateKey,
  };
  return isQuantity(quantity) ? withLines(cart, [...cart.lines, line]) : wrongQuantity();
}

export function changeLine(
  cart: Cart,
  lineId: string,
  change: Partial<Pick<CartLine, 'quantity' | 'configuration'>>,
): Cart | Refusal {
  const open = mustBeOpen(cart);
  if (open !== null) return open;
  if (!cart.lines.some(({ id }) => id === lineId)) return noSuchLine();
  if (change.quantity !== undefined && !isQuantity(change.quantity)) return wrongQuantity();
  return withLines(
    cart,
    cart.lines.map((line) => (line.id === lineId ? { ...line, ...change } : line)),
  );
}

export function removeLine(cart: Cart, lineId: string): Cart | Refusal {
  const open = mustBeOpen(cart);
  if (open !== null) return open;
  const lines = cart.lines.filter(({ id }) => id !== lineId);
  return lines.length < cart.lines.length ? withLines(cart, lines) : noSuchLine();
}

/** Takes today's prices; what is no longer sold keeps its old one, and its problem. */
export function reprice(cart: Cart, offers: ReadonlyMap<string, Offer>): Cart | Refusal {
  const open = mustBeOpen(cart);
  if (open !== null) return open;
  const lines = cart.lines.map((line) => {
    const offer = offers.get(line.sku);
    if (offer === undefined || offer.price === null) return line;
    const { productName, templateKey, price } = offer;
    return { ...line, productName, templateKey, ...price };
  });
  return withLines(cart, lines);
}

export function periodsOf({ recurrence }: Pick<CartLine, 'recurrence'>): number {
  return periodsCharged(recurrence);
}

/** Unit price × periods × quantity, rounded once. */
export function totalOfLine(line: Pick<CartLine, 'unitPrice' | 'recurrence' | 'quantity'>): Money {
  return lineTotal(line.unitPrice, periodsOf(line) * line.quantity);
}

/** Line totals are the truth, and sum to the cart's. */
export function totalOf({ lines, currency }: Pick<Cart, 'lines' | 'currency'>): Money {
  return sum(lines.map(totalOfLine), currency);
}

/** What is charged again, for each rhythm. */
export function recurringTotals({ lines, currency }: Cart): RecurringTotal[] {
  const rhythms = new Map<string, { recurrence: Recurrence; totals: Money[] }>();
  for (const line of lines) {
    const recurrence = chargeRecurrence(line.recurrence);
    if (recurrence === null) continue;
    const key = `${recurrence.period} ${recurrence.periodCount}`;
    const rhythm = rhythms.get(key) ?? { recurrence, totals: [] };
    rhythm.totals.push(totalOfLine(line));
    rhythms.set(key, rhythm);
  }
  return [...rhythms.values()].map(({ recurrence, totals }) => ({
    ...recurrence,
    total: sum(totals, currency),
  }));
}

/** What stands in the way of the whole. */
export function problemsOf(cart: Cart): CartProblem[] {
  if (cart.lines.length === 0) return [problem('CART_EMPTY', 'Put something into the cart first.')];
  const minimum = minimumCharge[cart.currency];
  const total = totalOf(cart);
  if (minimum !== undefined && compare(total, { ...total, amount: minimum }) < 0) {
    const message = `The least that can be charged is ${minimum} ${cart.currency}.`;
    return [problem('AMOUNT_TOO_SMALL', message)];
  }
  return [];
}

/** What stands between a line and a checkout, given what the catalogue and the stock say now. */
export function problemsOfLine(
  line: CartLine,
  offer: Offer | null,
  availableQuantity: number | null,
  configurationProblems: readonly CartProblem[],
): CartProblem[] {
  if (offer?.onSale !== true) return [problem('NOT_ON_SALE', `${line.sku} is no longer sold.`)];
  const problems = [...configurationProblems];
  if (offer.price === null) {
    const message = `${line.sku} is no longer sold in ${line.unitPrice.currency}.`;
    problems.push(problem('NOT_SOLD_IN_CURRENCY', message));
  } else if (!isPricedAs(line, offer.price)) {
    problems.push({
      ...problem('PRICE_CHANGED', 'The price has changed: reprice the cart to accept it.'),
      unitPrice: offer.price.unitPrice,
    });
  }
  if (availableQuantity !== null && availableQuantity < line.quantity) {
    problems.push({
      ...problem('OUT_OF_STOCK', `${availableQuantity} of ${line.sku} can be had.`, ['quantity']),
      availableQuantity,
    });
  }
  return problems;
}

export function problem(
  code: string,
  message: string,
  field: readonly string[] | null = null,
): CartProblem {
  return { code, message, field, availableQuantity: null, unitPrice: null };
}

function isPricedAs(line: CartLine, price: NonNullable<Offer['price']>): boolean {
  return (
    compare(line.unitPrice, price.unitPrice) === 0 &&
    line.recurrence?.period === price.recurrence?.period &&
    line.recurrence?.periodCount === price.recurrence?.periodCount
  );
}

function soldAt(cart: Cart, offer: Offer): NonNullable<Offer['price']> | Refusal {
  const open = mustBeOpen(cart);
  if (open !== null) return open;
  if (!offer.onSale) return new Refusal('NOT_ON_SALE', `${offer.sku} is not on sale.`, ['sku']);
  const message = `${offer.sku} isn't sold in ${cart.currency}; make a cart in another currency.`;
  return offer.price ?? new Refusal('NOT_SOLD_IN_CURRENCY', message, ['sku']);
}

function mustBeOpen({ ordered }: Cart): Refusal | null {
  const message = 'An order was placed from this cart; make a new one.';
  return ordered ? new Refusal('CART_ORDERED', message, ['cartId']) : null;
}

function withLines(cart: Cart, lines: readonly CartLine[]): Cart {
  return { ...cart, lines, version: cart.version + 1 };
}

function isQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= quantityMax;
}

function wrongQuantity(): Refusal {
  return new Refusal('QUANTITY', `Give a quantity from 1 to ${quantityMax}.`, ['quantity']);
}

function noSuchLine(): Refusal {
  return new Refusal('NOT_FOUND', 'The cart has no line with this id.', ['lineId']);
}

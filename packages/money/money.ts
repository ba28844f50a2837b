/** An exact amount in one currency. Never a float. */
export interface Money {
  /** A decimal number such as `12.50`; a unit price may be finer than the currency's minor unit. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** What a line costs: unit price × quantity, rounded once, half-even, to the currency's own digits. */
export function lineTotal(unitPrice: Money, quantity: number): Money {
  const { units, scale } = parse(unitPrice.amount);
  const digits = minorDigits(unitPrice.currency);
  const minor = roundHalfEven(units * BigInt(quantity), scale, digits);
  return { amount: format(minor, digits), currency: unitPrice.currency };
}

/** Adds amounts of one currency; none at all is zero. */
export function sum(amounts: readonly Money[], currency: string): Money {
  const digits = minorDigits(currency);
  let minor = 0n;
  for (const money of amounts) {
    if (money.currency !== currency) throw new TypeError(`${money.currency} is not ${currency}`);
    const { units, scale } = parse(money.amount);
    minor += roundHalfEven(units, scale, digits);
  }
  return { amount: format(minor, digits), currency };
}

/** A charge as payment providers count it: cents for USD, yen for JPY. @throws TypeError when it is finer. */
export function minorUnits({ amount, currency }: Money): number {
  const { units, scale } = parse(amount);
  const digits = minorDigits(currency);
  const minor = roundHalfEven(units, scale, digits);
  if (minor * 10n ** BigInt(scale) !== units * 10n ** BigInt(digits)) {
    throw new TypeError(`${amount} ${currency} is no whole number of minor units`);
  }
  return Number(minor);
}

/** The reverse of {@link minorUnits}. */
export function fromMinorUnits(minor: number, currency: string): Money {
  return { amount: format(BigInt(minor), minorDigits(currency)), currency };
}

/** Negative, zero or positive, as the first is less than, equal to or more than the second. */
export function compare(left: Money, right: Money): number {
  if (left.currency !== right.currency) {
    throw new TypeError(`${left.currency} is not ${right.currency}`);
  }
  checkDecimal(left.amount);
  checkDecimal(right.amount);
  // Floats keep the order of decimals, where they differ.
  const about = Number(left.amount) - Number(right.amount);
  if (about < 0) return -1;
  if (about > 0) return 1;
  const [a, b] = [parse(left.amount), parse(right.amount)];
  const difference = a.units * 10n ** BigInt(b.scale) - b.units * 10n ** BigInt(a.scale);
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** A decimal number is `units` × 10^-`scale`. */
function parse(amount: string): { units: bigint; scale: number } {
  checkDecimal(amount);
  const [whole = '', fraction = ''] = amount.split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

function checkDecimal(amount: string): void {
  if (!/^-?\d+(\.\d+)?$/.test(amount)) throw new TypeError(`not a decimal amount: ${amount}`);
}

const digitsOf = new Map<string, number>();

function minorDigits(currency: string): number {
  const known = digitsOf.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  digitsOf.set(currency, digits);
  return digits;
}

function roundHalfEven(units: bigint, scale: number, digits: number): bigint {
  if (scale <= digits) return units * 10n ** BigInt(digits - scale);
  const divisor = 10n ** BigInt(scale - digits);
  const sign = units < 0n ? -1n : 1n;
  const quotient = (units * sign) / divisor;
  const twice = ((units * sign) % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return sign * (up ? quotient + 1n : quotient);
}

function format(minor: bigint, digits: number): string {
  if (digits === 0) return minor.toString();
  const sign = minor < 0n ? '-' : '';
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

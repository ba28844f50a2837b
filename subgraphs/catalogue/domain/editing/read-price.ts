import { Refusal } from '#errors';
import { compare } from '#money';
import { isCurrency } from '../filter.ts';
import type { PriceRecord } from '../product-record.ts';
import type { PriceInput } from './input.ts';
import { readList, type Path } from './read-list.ts';

/** @returns a refusal that names what is wrong of the first price that can't be one. */
export function readPrices(
  inputs: readonly PriceInput[] | null,
  path: Path,
): PriceRecord[] | Refusal {
  const seen = new Set<string>();
  return readList(inputs, path, (input, at) => {
    const price = readPrice(input, at);
    if (price instanceof Refusal) return price;
    const { unitPrice, ...condition } = price;
    const told = JSON.stringify([unitPrice.currency, condition]);
    if (seen.has(told)) return wrong(at, 'an earlier price is for the same.');
    seen.add(told);
    return price;
  });
}

function readPrice(input: PriceInput, path: Path): PriceRecord | Refusal {
  const { kind, unitPrice, taxIncluded, period = null, unit = null } = input;
  const { periodCount, minQuantity, committedPeriods = null } = input;
  const { validFrom = null, validUntil = null } = input;
  if (compare(unitPrice, { amount: '0', currency: unitPrice.currency }) < 0) {
    return wrong([...path, 'unitPrice', 'amount'], 'give 0 or more.');
  }
  if (!isCurrency(unitPrice.currency)) {
    const remedy = `${unitPrice.currency} is no currency of ISO 4217; give one such as USD.`;
    return wrong([...path, 'unitPrice', 'currency'], remedy, 'UNKNOWN_CURRENCY');
  }
  if ((kind === 'ONE_TIME') !== (period === null)) {
    const remedy =
      kind === 'ONE_TIME' ? 'a ONE_TIME price has none.' : `a ${kind} price needs a period.`;
    return wrong([...path, 'period'], remedy);
  }
  if (unit !== null && kind !== 'USAGE') {
    return wrong([...path, 'unit'], 'only a USAGE price has one.');
  }
  for (const [name, count] of Object.entries({ periodCount, minQuantity, committedPeriods })) {
    if (count != null && count < 1) return wrong([...path, name], 'give 1 or more.');
  }
  if (validFrom !== null && validUntil !== null && validFrom >= validUntil) {
    return wrong([...path, 'validUntil'], 'must be later than `validFrom`.');
  }
  return {
    ...{ kind, unitPrice: { amount: unitPrice.amount, currency: unitPrice.currency } },
    ...{ taxIncluded: taxIncluded ?? false, period, periodCount: periodCount ?? 1 },
    ...{ committedPeriods, unit, minQuantity: minQuantity ?? 1, validFrom, validUntil },
  };
}

function wrong(path: Path, remedy: string, code = 'INVALID_PRICE'): Refusal {
  return new Refusal(code, `\`${path.join('.')}\`: ${remedy}`, path);
}

import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { recount } from '../domain/count-stock.ts';
import type { StockLevel } from '../domain/stock.ts';
import type { Parts } from '../parts.ts';
import { changeStock } from './change-stock.ts';

export interface SetStock {
  readonly input: readonly {
    readonly sku: string;
    /** Null says that there is no end of it; to leave it out is refused. */
    readonly onHand?: number | null;
    readonly expectedOnHand?: number | null;
  }[];
  readonly idempotencyKey: string;
}

/** Counted anew: sets what is on hand. */
export async function setStock(
  parts: Parts,
  caller: Principal,
  { input, idempotencyKey }: SetStock,
): Promise<StockLevel[] | Refusal> {
  const rows = [];
  for (const [n, { sku, onHand, expectedOnHand = null }] of input.entries()) {
    if (onHand === undefined) return refuseAbsent(sku, n);
    rows.push({ sku, onHand, expectedOnHand });
  }
  const order = { operation: 'setStock', idempotencyKey, rows, reason: null, change: recount };
  return await changeStock(parts, caller, order);
}

function refuseAbsent(sku: string, n: number): Refusal {
  const message = `Say how many of ${sku} there are; null says that there is no end of it.`;
  return new Refusal('QUANTITY', message, ['input', `${n}`, 'onHand']);
}

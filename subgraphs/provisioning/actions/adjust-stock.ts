import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import { adjust } from '../domain/count-stock.ts';
import type { StockLevel } from '../domain/stock.ts';
import type { Parts } from '../parts.ts';
import { changeStock } from './change-stock.ts';

export interface AdjustStock {
  readonly input: readonly { readonly sku: string; readonly delta: number }[];
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** Goods in or out: adds to what is on hand. */
export async function adjustStock(
  parts: Parts,
  caller: Principal,
  { input: rows, reason, idempotencyKey }: AdjustStock,
): Promise<StockLevel[] | Refusal> {
  return await changeStock(parts, caller, {
    operation: 'adjustStock',
    idempotencyKey,
    rows,
    reason,
    change: (level, { delta }, field, now) => adjust(level, delta, field, now),
  });
}

import type { Principal } from '#auth';
import { Refusal } from '#errors';
import type { StockChange, StockLevel } from '../domain/stock.ts';
import type { Parts } from '../parts.ts';
import { demandScope } from './demand-scope.ts';

/** Levels to change, all or none. */
export interface StockOrder<Row extends { readonly sku: string }> {
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly rows: readonly Row[];
  /** Kept with the change. */
  readonly reason: string | null;
  /** The level as the row changes it; `field` is the row's path in the input. */
  readonly change: (
    level: StockLevel,
    row: Row,
    field: readonly string[],
    now: Date,
  ) => StockLevel | Refusal;
}

const rowsMax = 500;
const reasonLengthMax = 500;

/** Changes what is on hand, once for the key, and answers with the levels as they are now, in the order of the rows. */
export async function changeStock<Row extends { readonly sku: string }>(
  { store, clock }: Parts,
  caller: Principal,
  { operation, idempotencyKey: key, rows, reason, change }: StockOrder<Row>,
): Promise<StockLevel[] | Refusal> {
  demandScope(caller, 'inventory:write');
  const wrong = refuseRows(rows) ?? refuseReason(reason);
  if (wrong !== null) return wrong;

  const skus = rows.map(({ sku }) => sku);
  const attempt = { callerId: caller.id, operation, key, input: { rows, reason } };
  const refusal = await store.once(attempt, async (tx) => {
    const levels = new Map((await tx.lockStock(skus)).map((level) => [level.sku, level]));
    const changes: StockChange[] = [];
    for (const [n, row] of rows.entries()) {
      const field = ['input', `${n}`];
      const before = levels.get(row.sku);
      if (before === undefined) return refuseSku(row.sku, field);
      const after = change(before, row, field, clock());
      if (after instanceof Refusal) return after;
      changes.push({ before, after });
    }
    await tx.countStock(changes, caller.id, reason);
    return null;
  });
  if (refusal !== null) return refusal;
  const levels = new Map((await store.findStock(skus)).map((level) => [level.sku, level]));
  return skus.map((sku) => levels.get(sku)).filter((level) => level !== undefined);
}

function refuseRows(rows: readonly { readonly sku: string }[]): Refusal | null {
  if (rows.length === 0 || rows.length > rowsMax) {
    return new Refusal('ROWS', `Give 1 to ${rowsMax} rows, not ${rows.length}.`, ['input']);
  }
  const seen = new Set<string>();
  for (const [n, { sku }] of rows.entries()) {
    const field = ['input', `${n}`];
    if (sku.includes('\0')) return refuseSku(sku, field); // nothing that a database could look for
    if (seen.has(sku)) return new Refusal('SKU_TWICE', `Give ${sku} once.`, [...field, 'sku']);
    seen.add(sku);
  }
  return null;
}

function refuseReason(reason: string | null): Refusal | null {
  if (reason === null) return null;
  const isFit = reason.trim() !== '' && reason.length <= reasonLengthMax && !reason.includes('\0');
  if (isFit) return null;
  const message = `Give a reason, of at most ${reasonLengthMax} characters without U+0000.`;
  return new Refusal('REASON', message, ['reason']);
}

function refuseSku(sku: string, field: readonly string[]): Refusal {
  const message = `No product is known to have the SKU ${sku}: save its product first.`;
  return new Refusal('SKU_UNKNOWN', message, [...field, 'sku']);
}

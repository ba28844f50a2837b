import { makeOwnerlessId, rowKey } from '#ids';
import type { ProductRecord } from '../domain/product-record.ts';

/** A record whose product's row is written, under this uuid. */
export interface ChangedProduct extends ProductRecord {
  readonly productId: string;
}

/** The uuids that ids stand for, in their order; what is no id of that kind names no row. */
export function uuidsOf(prefix: string, ids: readonly string[]): (string | null)[] {
  return ids.map((id) => rowKey(prefix, id)?.id ?? null);
}

/** The rows that belong to each key, in the order of the keys. */
export function rowsOf<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Row[][] {
  const byKey = Map.groupBy(rows, keyOf);
  return keys.map((key) => byKey.get(key) ?? []);
}

/** The key of a new row. */
export function freshUuid(prefix: string, now: Date): string {
  const key = rowKey(prefix, makeOwnerlessId(prefix, now));
  if (key === undefined) throw new TypeError(`${prefix} is no prefix of ids`);
  return key.id;
}

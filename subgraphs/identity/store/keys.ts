import { rowKey, type RowKey } from '#ids';

/** Where the row of an id of our own making lies. @throws TypeError when it is not one with that prefix. */
export function keyOf(prefix: string, id: string): RowKey {
  const key = rowKey(prefix, id);
  if (key === undefined) throw new TypeError(`${id} is no id with the prefix ${prefix}.`);
  return key;
}

/**
 * The items, until their reader calls `return`: then `onLeft` runs at once. A generator by itself would not hear of
 * that while it waits for the next item.
 */
export function untilLeft<Item>(
  items: AsyncGenerator<Item, void>,
  onLeft: () => void,
): AsyncGenerator<Item, void> {
  const finish = items.return.bind(items);
  items.return = async () => {
    onLeft();
    return await finish();
  };
  return items;
}

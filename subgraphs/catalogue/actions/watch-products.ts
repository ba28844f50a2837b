import type { Principal } from '#auth';
import { BadInput } from '#errors';
import { untilReturned } from '#events';
import { rowKey } from '#ids';
import type { ProductUpdate } from '../domain/product-update.ts';
import type { Parts } from '../parts.ts';
import { isOwnChange, productStream } from '../store/changes.ts';
import { placesCursor, readPlacesCursor, type Place } from './places-cursor.ts';

type WatchParts = Pick<Parts, 'products' | 'streams' | 'signal' | 'clock'>;

const idsMax = 100;

/**
 * Each product as it is, then every change of its own data; with `since`, the changes after that cursor come
 * first instead. Of what the caller may not see it tells that once, and then nothing until they may.
 * `products` must be as the database has them: what is kept may be older than the change.
 */
export function watchProducts(
  parts: WatchParts,
  caller: Principal,
  given: readonly string[],
  since: string | null,
): AsyncIterableIterator<ProductUpdate, void, void> {
  const ids = [...new Set(given)].toSorted();
  if (ids.length === 0 || ids.length > idsMax)
    throw new BadInput('ids', `Give 1 to ${idsMax} \`ids\`.`);
  const nth = given.findIndex((id) => rowKey('prd', id) === undefined);
  if (nth >= 0) throw new BadInput(`ids.${nth}`, `Give \`ids.${nth}\` as an id such as prd_….`);
  const places = since === null ? new Map<string, Place>() : readPlacesCursor(ids, since);
  return untilReturned(parts.signal, (signal) => updates(parts, caller, ids, places, signal));
}

async function* updates(
  { products, streams, clock }: WatchParts,
  caller: Principal,
  ids: readonly string[],
  told: ReadonlyMap<string, Place>,
  signal: AbortSignal,
): AsyncGenerator<ProductUpdate, void, void> {
  const places = new Map(told);
  const untold = ids.filter((id) => !told.has(id));
  if (untold.length > 0) {
    // Their places first: what happens between the two reads comes as a change.
    const numbers = await streams.lastNumbers(untold.map(productStream));
    const found = await products.findProductsById(caller, untold);
    for (const [nth, productId] of untold.entries()) {
      const product = found.find(({ id }) => id === productId) ?? null;
      places.set(productId, { number: numbers[nth] ?? 0, isShown: product !== null });
      yield { cursor: placesCursor(ids, places), at: clock(), productId, product };
    }
  }

  const idOf = new Map(ids.map((id) => [productStream(id), id]));
  const after = new Map(ids.map((id) => [productStream(id), places.get(id)?.number ?? 0]));
  for await (const { stream, number, event } of streams.followAll(after, signal)) {
    const productId = idOf.get(stream) ?? '';
    const wasShown = places.get(productId)?.isShown ?? false;
    // Of what is not told, too: whoever watches the same has the same cursor, whenever they began.
    places.set(productId, { number, isShown: wasShown });
    if (!isOwnChange(event)) continue;
    const [product = null] = await products.findProductsById(caller, [productId]);
    places.set(productId, { number, isShown: product !== null });
    if (product === null && !wasShown) continue; // that there is news of it is not theirs to know
    const at = new Date(event.time);
    yield { cursor: placesCursor(ids, places), at, productId, product };
  }
}

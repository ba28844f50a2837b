import { untilReturned } from '#events';
import { availabilityOf, type AvailabilityUpdate } from '../domain/availability.ts';
import type { Parts } from '../parts.ts';
import { availabilityStream } from '../store/availability-events.ts';
import { readToldCursor, toldCursor, toldMark } from './told-cursor.ts';
import { badInput, demandSku } from './sibling-command.ts';

const skusMax = 100;

/**
 * What is available of each SKU, then whenever that changes. Only the newest counts, so nothing is read from
 * the past: a cursor says what was told of each, and with `since` whatever differs now comes first.
 */
export function watchAvailability(
  parts: Parts,
  given: readonly string[],
  since: string | null,
): AsyncIterableIterator<AvailabilityUpdate, void, void> {
  const skus = [...new Set(given)].toSorted();
  if (skus.length === 0 || skus.length > skusMax)
    throw badInput('skus', `give 1 to ${skusMax} SKUs`);
  for (const sku of skus) demandSku(sku, 'skus');
  const told = since === null ? skus.map(() => null) : readToldCursor(skus, since);
  return untilReturned(parts.signal, (signal) => updates(parts, skus, told, signal));
}

async function* updates(
  { store, bell, clock }: Parts,
  skus: readonly string[],
  toldBefore: readonly (string | null)[],
  signal: AbortSignal,
): AsyncGenerator<AvailabilityUpdate, void, void> {
  const told = [...toldBefore];
  using ear = bell.listen(skus.map(availabilityStream), signal); // before the first read: what comes in between rings
  while (!signal.aborted) {
    const levels = await store.readStock(skus).catch(() => null); // asked again at the next ring
    for (const [n, level] of levels?.entries() ?? []) {
      const availability = level && availabilityOf(level);
      const mark = toldMark(availability);
      if (told[n] === mark) continue;
      told[n] = mark;
      const variant = { sku: skus[n] ?? '', availability };
      yield { cursor: toldCursor(skus, told), at: clock(), variant };
    }
    await ear.rung();
  }
}

import type { NewEvent } from '#events';
import { createHash } from 'node:crypto';
import { availabilityOf, isPublic } from '../domain/availability.ts';
import type { StockChange, StockLevel } from '../domain/stock.ts';

/** Tells of those changes that anyone may know: how much there is beyond ten is nobody's business. */
export function tellAvailability(
  append: (event: NewEvent) => void,
  changes: readonly StockChange[],
  actor: string,
): void {
  const told = changes.filter(isPublic).map(({ after }) => after);
  if (told.length > 0) append(availabilityEvent(told, actor));
}

/** What is available of these levels. Of what is told twice of a SKU, the higher version is true. */
export function availabilityEvent(levels: readonly StockLevel[], actor: string): NewEvent {
  return {
    type: 'availability.changed',
    streams: levels.map(({ sku }) => availabilityStream(sku)),
    actor,
    data: {
      levels: levels.map((level) => {
        const { sku, version } = level;
        return { sku, version, ...availabilityOf(level) };
      }),
    },
  };
}

/** The stream of a SKU's availability. A SKU may be longer than a stream's name, and have spaces. */
export function availabilityStream(sku: string): string {
  return `availability:${createHash('sha256').update(sku).digest('base64url')}`;
}

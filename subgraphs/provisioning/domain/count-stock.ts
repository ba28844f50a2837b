import { Refusal } from '#errors';
import type { StockLevel } from './stock.ts';

/** How many of a SKU there are; null says that there is no end of it. */
export interface StockCount {
  readonly onHand: number | null;
  /** How many whoever counted was told of before; null where they had not looked. */
  readonly expectedOnHand: number | null;
}

const onHandMax = 1_000_000_000;

/** The level once it was counted anew. `field` is the path to the count in the input. */
export function recount(
  level: StockLevel,
  { onHand, expectedOnHand }: StockCount,
  field: readonly string[],
  now: Date,
): StockLevel | Refusal {
  if (expectedOnHand !== null && (level.unlimited || level.onHand !== expectedOnHand)) {
    const are = level.unlimited ? 'no end' : `${level.onHand}`;
    const message = `There are ${are} of ${level.sku} by now, not ${expectedOnHand}; look again.`;
    return new Refusal('STALE', message, [...field, 'expectedOnHand']);
  }
  if (onHand === null) return changed(level, { unlimited: true, onHand: 0 }, now);
  return withOnHand(level, onHand, [...field, 'onHand'], now);
}

/** The level once goods came in, or went out. */
export function adjust(
  level: StockLevel,
  delta: number,
  field: readonly string[],
  now: Date,
): StockLevel | Refusal {
  if (level.unlimited) {
    const message = `There is no end of ${level.sku}: set how many there are before any come or go.`;
    return new Refusal('STOCK_UNLIMITED', message, [...field, 'sku']);
  }
  return withOnHand(level, level.onHand + delta, [...field, 'delta'], now);
}

function withOnHand(
  level: StockLevel,
  onHand: number,
  field: readonly string[],
  now: Date,
): StockLevel | Refusal {
  if (onHand < 0 || onHand > onHandMax) {
    const message = `There can be 0 to ${onHandMax} of ${level.sku} on hand, not ${onHand}.`;
    return new Refusal('QUANTITY', message, field);
  }
  const held = level.allocated + level.reserved;
  if (onHand < held) {
    const message = `Orders hold ${held} of ${level.sku}: there can't be ${onHand}; cancel some first.`;
    return new Refusal('STOCK_HELD', message, field);
  }
  return changed(level, { unlimited: false, onHand }, now);
}

function changed(
  level: StockLevel,
  change: Pick<StockLevel, 'unlimited' | 'onHand'>,
  now: Date,
): StockLevel {
  return { ...level, ...change, version: level.version + 1, updatedAt: now };
}

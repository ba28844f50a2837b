import { available, type StockChange, type StockLevel } from './stock.ts';

export type AvailabilityStatus = 'IN_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK' | 'UNLIMITED';

/** What anyone may know of a stock level. */
export interface Availability {
  readonly status: AvailabilityStatus;
  readonly quantity: number | null;
}

/** A variant as provisioning knows it. */
export interface StockedVariant {
  readonly sku: string;
  /** Where it was read already; null when nobody can tell. */
  readonly availability?: Availability | null;
}

/** One message to who watches what is available. */
export interface AvailabilityUpdate {
  /** To resume after this update. */
  readonly cursor: string;
  readonly at: Date;
  readonly variant: StockedVariant;
}

/** The public sees no more than `10 or more`, as 10; fewer is low. */
const toldMax = 10;

export function availabilityOf(level: StockLevel): Availability {
  if (level.unlimited) return { status: 'UNLIMITED', quantity: null };
  const quantity = Math.min(available(level), toldMax);
  if (quantity === toldMax) return { status: 'IN_STOCK', quantity };
  return { status: quantity > 0 ? 'LOW_STOCK' : 'OUT_OF_STOCK', quantity };
}

/** Whether anyone may know of the change. */
export function isPublic({ before, after }: StockChange): boolean {
  const [was, is] = [availabilityOf(before), availabilityOf(after)];
  return was.status !== is.status || was.quantity !== is.quantity;
}

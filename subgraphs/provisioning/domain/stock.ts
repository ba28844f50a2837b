/** How much there is of a SKU, over all locations. */
export interface StockLevel {
  readonly sku: string;
  readonly unlimited: boolean;
  readonly onHand: number;
  /** Held by placed orders. */
  readonly allocated: number;
  /** Held for a while, by purchases under way. */
  readonly reserved: number;
  /** Grows with every change. */
  readonly version: number;
  readonly updatedAt: Date;
}

/** A level before and after something changed it. */
export interface StockChange {
  readonly before: StockLevel;
  readonly after: StockLevel;
}

export type ReservationStatus = 'RESERVED' | 'ALLOCATED' | 'RELEASED';

/** What an order line holds of the stock. */
export interface Reservation {
  readonly orderLineId: string;
  /** Null where the line was released before anything was reserved for it. */
  readonly sku: string | null;
  readonly quantity: number;
  readonly status: ReservationStatus;
}

/** So much moves between what is reserved and what is allocated, or back to what is available. */
export interface StockMove {
  readonly sku: string;
  readonly reserved: number;
  readonly allocated: number;
}

export function available({ onHand, allocated, reserved }: StockLevel): number {
  return onHand - allocated - reserved;
}

/** What the reservations' new status moves, one move a SKU, in the order in which stock is locked. */
export function movesTo(
  status: ReservationStatus,
  reservations: readonly Reservation[],
): StockMove[] {
  const moves = new Map<string, StockMove>();
  for (const { sku, quantity, status: was } of reservations) {
    if (sku === null) continue;
    const move = moves.get(sku) ?? { sku, reserved: 0, allocated: 0 };
    moves.set(sku, {
      sku,
      reserved: move.reserved + quantity * (held('RESERVED', status) - held('RESERVED', was)),
      allocated: move.allocated + quantity * (held('ALLOCATED', status) - held('ALLOCATED', was)),
    });
  }
  return [...moves.values()].toSorted((one, other) => (one.sku < other.sku ? -1 : 1));
}

function held(as: ReservationStatus, status: ReservationStatus): number {
  return status === as ? 1 : 0;
}

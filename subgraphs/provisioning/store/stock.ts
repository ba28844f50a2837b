import { formatId } from '#ids';
import type {
  Reservation,
  ReservationStatus,
  StockChange,
  StockLevel,
  StockMove,
} from '../domain/stock.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Transaction } from './database.ts';
import { keyOf } from './rows.ts';

/** What a line asks of the stock. */
export interface StockLine {
  readonly orderLineId: string;
  readonly sku: string;
  readonly quantity: number;
}

export async function findStock(
  database: Transaction,
  skus: readonly string[],
): Promise<StockLevel[]> {
  return await database.$queryRaw<StockLevel[]>`
    select ${levelColumns} from stock_level where sku = any(${skus}::text[])`;
}

/** Which levels are listed, by SKU. */
export interface StockPage {
  /** Null lists all. */
  readonly skus: readonly string[] | null;
  /** Those of which no more than so many are available; null lists all. */
  readonly availableAtMost: number | null;
  /** The SKU after which the page begins. */
  readonly after: string | null;
  readonly limit: number;
}

export async function listStock(
  database: Transaction,
  { skus, availableAtMost, after, limit }: StockPage,
): Promise<StockLevel[]> {
  return await database.$queryRaw<StockLevel[]>`
    select ${levelColumns} from stock_level
    where (${skus}::text[] is null or sku = any(${skus}::text[]))
      and (${availableAtMost}::int is null
           or not unlimited and on_hand - allocated - reserved <= ${availableAtMost}::int)
      and (${after}::text is null or sku > ${after}::text)
    order by sku limit ${limit}`;
}

/** The levels of those of the SKUs that have one, kept as they are to the end of the transaction. */
export async function lockStock(tx: Transaction, skus: readonly string[]): Promise<StockLevel[]> {
  return await tx.$queryRaw<StockLevel[]>`
    select ${levelColumns} from stock_level where sku = any(${skus}::text[])
    order by sku for update`;
}

/** Writes what is on hand now of levels that are held, and keeps what it was, and why that has changed. */
export async function countStock(
  tx: Transaction,
  changes: readonly StockChange[],
  actor: string,
  reason: string | null,
): Promise<void> {
  const levels = changes.map(({ after }) => after);
  await tx.$executeRaw`
    update stock_level as level
    set unlimited = counted.unlimited, on_hand = counted.on_hand, version = counted.version,
        updated_at = counted.updated_at
    from unnest(${levels.map(({ sku }) => sku)}::text[],
                ${levels.map(({ unlimited }) => unlimited)}::boolean[],
                ${levels.map(({ onHand }) => onHand)}::int[],
                ${levels.map(({ version }) => version)}::int[],
                ${levels.map(({ updatedAt }) => updatedAt)}::timestamptz[])
      as counted(sku, unlimited, on_hand, version, updated_at)
    where level.sku = counted.sku`;
  await tx.stockCount.createMany({
    data: changes.map(({ before, after }) => {
      const { sku, version, updatedAt: countedAt } = after;
      return {
        sku,
        version,
        before: countOf(before),
        after: countOf(after),
        reason,
        actor,
        countedAt,
      };
    }),
  });
}

function countOf({ unlimited, onHand }: StockLevel): number | null {
  return unlimited ? null : onHand;
}

const levelColumns = Prisma.sql`
  sku, unlimited, on_hand as "onHand", allocated, reserved, version, updated_at as "updatedAt"`;

/** Makes levels for those of the SKUs that have none, with so many on hand; null where there is no end of them. */
export async function insertStock(
  tx: Transaction,
  skus: readonly string[],
  onHand: number | null,
  now: Date,
): Promise<void> {
  await tx.$executeRaw`
    insert into stock_level (sku, unlimited, on_hand, updated_at)
    select distinct sku, ${onHand === null}::boolean, ${onHand ?? 0}::int, ${now}::timestamptz
    from unnest(${skus}::text[]) as sku
    order by sku on conflict do nothing`;
}

/** Writes reservations for those of the lines that have none, and says which. */
export async function insertReservations(
  tx: Transaction,
  order: { readonly orderId: string; readonly ownerId: string | null },
  lines: readonly (StockLine | Pick<StockLine, 'orderLineId'>)[],
  status: ReservationStatus,
  now: Date,
): Promise<ReadonlySet<string>> {
  const orderId = keyOf('ord', order.orderId).id;
  const ownerId = order.ownerId === null ? null : keyOf('usr', order.ownerId).id;
  const data = lines.map(({ orderLineId, ...held }) => {
    const { id, bucket } = keyOf('oln', orderLineId);
    const fixed = { orderLineId: id, bucket, orderId, ownerId, createdAt: now, updatedAt: now };
    return { ...fixed, ...held, status };
  });
  const rows = await tx.reservation.createManyAndReturn({
    data: data.toSorted((one, other) => (one.orderLineId < other.orderLineId ? -1 : 1)),
    skipDuplicates: true, // waits for a twin that is not committed yet
    select: { orderLineId: true },
  });
  return new Set(rows.map(({ orderLineId }) => formatId('oln', orderLineId)));
}

/** What the lines hold, kept as it is to the end of the transaction. */
export async function lockReservations(
  tx: Transaction,
  orderLineIds: readonly string[],
): Promise<Reservation[]> {
  const keys = orderLineIds.map((id) => keyOf('oln', id));
  const rows = await tx.$queryRaw<Reservation[]>`
    select order_line_id as "orderLineId", sku, quantity, status::text
    from unnest(${keys.map(({ id }) => id)}::uuid[], ${keys.map(({ bucket }) => bucket)}::int2[])
      as line(order_line_id, bucket)
    join reservation using (order_line_id, bucket)
    order by order_line_id for update of reservation`;
  return rows.map((row) => ({ ...row, orderLineId: formatId('oln', row.orderLineId) }));
}

export async function saveReservations(
  tx: Transaction,
  orderLineIds: readonly string[],
  status: ReservationStatus,
  now: Date,
): Promise<void> {
  const keys = orderLineIds.map((line) => {
    const { id: orderLineId, bucket } = keyOf('oln', line);
    return { orderLineId, bucket };
  });
  if (keys.length === 0) return;
  await tx.reservation.updateMany({ where: { OR: keys }, data: { status, updatedAt: now } });
}

/**
 * Makes those of the moves for which there is enough, and says what they changed. The rows are locked in
 * the order of their SKUs, so two that want the same can't wait for each other.
 */
export async function moveStock(
  tx: Transaction,
  moves: readonly StockMove[],
  now: Date,
): Promise<StockChange[]> {
  if (moves.length === 0) return [];
  const skus = moves.map(({ sku }) => sku);
  await tx.$queryRaw`select from stock_level where sku = any(${skus}::text[]) order by sku for update`;
  // A statement of its own: it sees what was committed while the locks were waited for.
  const rows = await tx.$queryRaw<
    (StockLevel & { allocatedBefore: number; reservedBefore: number })[]
  >`
    update stock_level as level
    set reserved = level.reserved + move.reserved, allocated = level.allocated + move.allocated,
        version = version + 1, updated_at = ${now}::timestamptz
    from unnest(${skus}::text[], ${moves.map(({ reserved }) => reserved)}::int[],
                ${moves.map(({ allocated }) => allocated)}::int[]) as move(sku, reserved, allocated)
    where level.sku = move.sku
      and (unlimited or on_hand - level.allocated - level.reserved >= move.allocated + move.reserved)
    returning level.sku, unlimited, on_hand as "onHand", level.allocated, level.reserved, version,
      updated_at as "updatedAt", old.allocated as "allocatedBefore", old.reserved as "reservedBefore"`;
  return rows.map(({ allocatedBefore: allocated, reservedBefore: reserved, ...after }) => ({
    before: { ...after, allocated, reserved, version: after.version - 1 },
    after,
  }));
}

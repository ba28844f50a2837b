import { Refusal } from '#errors';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, inject, test } from 'vitest';
import { availabilityOf } from '../domain/availability.ts';
import type { ReservationStatus, StockLevel } from '../domain/stock.ts';
import { openStage, orders, person, purchase } from '../testing/stage.ts';
import { adjustStock } from './adjust-stock.ts';
import { allocateStock, releaseStock } from './move-reservations.ts';
import { reserveStock } from './reserve-stock.ts';
import { setStock } from './set-stock.ts';

const stage = await openStage(inject('postgresUrl'));
const { parts, database } = stage;
const keeper = person('inventory:write');
const skus = ['bolt', 'nut'] as const;

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});
beforeEach(reset);

test('one after the other, operations do what the rules say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 15 }), async (operations) => {
      await reset();
      const model = new Model();
      const lines = newLines();
      for (const each of operations) {
        const outcome = await perform(each, lines);
        expect([each, outcome instanceof Refusal]).toEqual([each, !model.perform(each)]);
        expect(await levels()).toMatchObject(model.levels());
      }
      await expectSound();
    }),
    { numRuns: 40 },
  );
});

test('all at once, operations leave nothing that can not be', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 20 }), async (operations) => {
      await reset();
      const lines = newLines();
      await Promise.all(operations.map((each) => perform(each, lines)));
      await expectSound();
    }),
    { numRuns: 20 },
  );
});

const sku = fc.constantFrom(...skus);
const line = fc.nat({ max: 3 });
const operation = fc.oneof(
  fc.record({
    kind: fc.constant('reserve' as const),
    line,
    sku,
    quantity: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({ kind: fc.constant('allocate' as const), line }),
  fc.record({ kind: fc.constant('release' as const), line }),
  fc.record({
    kind: fc.constant('set' as const),
    sku,
    onHand: fc.option(fc.integer({ min: 0, max: 15 }), { freq: 4 }),
    expectedOnHand: fc.option(fc.integer({ min: 0, max: 15 }), { freq: 1 }),
  }),
  fc.record({ kind: fc.constant('adjust' as const), sku, delta: fc.integer({ min: -8, max: 8 }) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer Each> ? Each : never;
type Line = ReturnType<typeof purchase>;

function newLines(): Line[] {
  return Array.from({ length: 4 }, () => purchase(person().id));
}

async function perform(each: Operation, lines: readonly Line[]): Promise<unknown> {
  const idempotencyKey = randomUUID();
  if (each.kind === 'set') {
    return await setStock(parts, keeper, { input: [each], idempotencyKey });
  }
  if (each.kind === 'adjust') {
    return await adjustStock(parts, keeper, { input: [each], reason: 'Moved', idempotencyKey });
  }
  const { orderId, ownerId, orderLineId } = lines[each.line]!;
  if (each.kind === 'reserve') {
    const held = [{ orderLineId, sku: each.sku, quantity: each.quantity }];
    return await reserveStock(parts, orders, { orderId, ownerId, lines: held, idempotencyKey });
  }
  const move = each.kind === 'allocate' ? allocateStock : releaseStock;
  return await move(parts, orders, { orderId, orderLineIds: [orderLineId], idempotencyKey });
}

/** The rules, plainly: on hand by SKU, and what each line holds. */
class Model {
  readonly #onHand = new Map<string, number | null>(skus.map((each) => [each, 10]));
  readonly #lines = new Map<number, { sku: string; quantity: number; status: ReservationStatus }>();

  /** Whether it is done; otherwise it is refused. */
  perform(each: Operation): boolean {
    if (each.kind === 'set' || each.kind === 'adjust') {
      const onHand = this.#onHand.get(each.sku) ?? null;
      if (each.kind === 'adjust') {
        return onHand !== null && this.#count(each.sku, onHand + each.delta);
      }
      if (each.expectedOnHand !== null && each.expectedOnHand !== onHand) return false;
      return this.#count(each.sku, each.onHand);
    }
    const held = this.#lines.get(each.line);
    if (each.kind === 'reserve') {
      if (held !== undefined) return held.status !== 'RELEASED';
      const { sku, quantity } = each;
      const onHand = this.#onHand.get(sku) ?? null;
      if (onHand !== null && onHand - this.#held(sku) < quantity) return false;
      this.#lines.set(each.line, { sku, quantity, status: 'RESERVED' });
      return true;
    }
    if (each.kind === 'allocate') {
      if (held === undefined || held.status === 'RELEASED') return false;
      held.status = 'ALLOCATED';
      return true;
    }
    if (held === undefined)
      this.#lines.set(each.line, { sku: '', quantity: 0, status: 'RELEASED' });
    else held.status = 'RELEASED';
    return true;
  }

  levels(): object[] {
    return skus.map((each) => ({
      sku: each,
      unlimited: this.#onHand.get(each) === null,
      onHand: this.#onHand.get(each) ?? 0,
      reserved: this.#held(each, 'RESERVED'),
      allocated: this.#held(each, 'ALLOCATED'),
    }));
  }

  #count(sku: string, onHand: number | null): boolean {
    if (onHand !== null && onHand < this.#held(sku)) return false;
    this.#onHand.set(sku, onHand);
    return true;
  }

  #held(sku: string, as?: ReservationStatus): number {
    return [...this.#lines.values()]
      .filter((each) => each.sku === sku && each.status !== 'RELEASED')
      .filter(({ status }) => as === undefined || status === as)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  }
}

/** Levels hold what the lines hold, never more than there is, and who follows the events knows them. */
async function expectSound(): Promise<void> {
  const lines = await database.reservation.findMany();
  const told = await toldAvailability();
  for (const level of await levels()) {
    const held = (status: ReservationStatus) =>
      lines
        .filter((each) => each.sku === level.sku && each.status === status)
        .reduce((sum, { quantity }) => sum + quantity, 0);
    expect(level).toMatchObject({ reserved: held('RESERVED'), allocated: held('ALLOCATED') });
    expect(level.unlimited || level.onHand >= level.reserved + level.allocated).toBe(true);
    expect(level.onHand).toBeGreaterThanOrEqual(0);
    expect(told.get(level.sku) ?? untold).toEqual(availabilityOf(level));
  }
}

/** What a follower has heard last of each SKU; the versions come in order. */
async function toldAvailability(): Promise<Map<string, unknown>> {
  const rows = await database.$queryRaw<{ levels: Told[] }[]>`
    select event -> 'data' -> 'levels' as levels from events.outbox
    where seq > ${since} order by seq`;
  const told = rows.flatMap((row) => row.levels);
  for (const each of skus) {
    const versions = told.filter((one) => one.sku === each).map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((one, other) => one - other));
  }
  return new Map(told.map(({ sku, status, quantity }) => [sku, { status, quantity }]));
}

interface Told {
  readonly sku: string;
  readonly version: number;
  readonly status: string;
  readonly quantity: number | null;
}

/** Of ten, which there are at first. */
const untold = { status: 'IN_STOCK', quantity: 10 };

/** The event after which those of this run come. */
let since = 0;

async function reset(): Promise<void> {
  await database.reservation.deleteMany();
  await database.stockLevel.deleteMany();
  const version = (nextVersion += 1_000); // each count is kept for ever, by version
  const updatedAt = new Date();
  await database.stockLevel.createMany({
    data: skus.map((each) => ({ sku: each, onHand: 10, version, updatedAt })),
  });
  const [last] = await database.$queryRaw<{ seq: number }[]>`
    select coalesce(max(seq), 0)::float8 as seq from events.outbox`;
  since = last?.seq ?? 0;
}

let nextVersion = 0;

async function levels(): Promise<StockLevel[]> {
  return await database.stockLevel.findMany({ orderBy: { sku: 'asc' } });
}

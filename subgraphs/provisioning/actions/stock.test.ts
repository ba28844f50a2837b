import { Forbidden } from '#auth';
import { Refusal } from '#errors';
import type { NewEvent } from '#events';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, inject, test } from 'vitest';
import { openStage, orders, person, purchase } from '../testing/stage.ts';
import { allocateStock, releaseStock } from './move-reservations.ts';
import { reserveStock } from './reserve-stock.ts';
import { stockProducts } from './stock-products.ts';

const stage = await openStage(inject('postgresUrl'));
const { parts, database } = stage;
const ada = person();

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await database.reservation.deleteMany();
  await database.stockLevel.deleteMany();
  await database.stockLevel.createMany({
    data: ['last', 'plenty', 'more'].map((sku) => ({
      sku,
      onHand: sku === 'last' ? 1 : 100,
      updatedAt: new Date(),
    })),
  });
});

test('ten buyers racing for the last unit: one wins', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, async () => await reserve(purchase(person().id), 'last', 1)),
  );
  expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome !== null)).toEqual(
    Array.from({ length: 9 }, (): unknown =>
      expect.objectContaining({ code: 'OUT_OF_STOCK', field: ['lines', '0', 'quantity'] }),
    ),
  );
  expect(await level('last')).toMatchObject({ onHand: 1, reserved: 1, version: 2 });
  expect(await database.reservation.count()).toBe(1);
});

test('buyers of the same two things in other orders wait for nobody', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const { orderId, ownerId, orderLineId } = purchase(ada.id);
      const other = purchase(ada.id).orderLineId;
      const lines = [
        { orderLineId, sku: 'plenty', quantity: 1 },
        { orderLineId: other, sku: 'more', quantity: 1 },
      ];
      const input = { orderId, ownerId, lines: n % 2 === 0 ? lines : lines.toReversed() };
      return await reserveStock(parts, orders, { ...input, idempotencyKey: randomUUID() });
    }),
  );
  expect(outcomes).toEqual(Array.from({ length: 20 }, () => null));
  expect(await level('more')).toMatchObject({ reserved: 20 });
});

test('all lines are held, or none', async () => {
  const { orderId, ownerId, orderLineId } = purchase(ada.id);
  const lines = [
    { orderLineId, sku: 'plenty', quantity: 2 },
    { orderLineId: purchase(ada.id).orderLineId, sku: 'last', quantity: 2 },
  ];
  expect(
    await reserveStock(parts, orders, { orderId, ownerId, lines, idempotencyKey: 'all' }),
  ).toMatchObject({ code: 'OUT_OF_STOCK', field: ['lines', '1', 'quantity'] });
  expect(await level('plenty')).toMatchObject({ reserved: 0 });
  expect(await database.reservation.count()).toBe(0);
});

test('a SKU that nobody told of is out of stock', async () => {
  expect(await reserve(purchase(ada.id), 'unheard-of', 1)).toMatchObject({ code: 'OUT_OF_STOCK' });
});

test('what is unlimited never runs out', async () => {
  await database.stockLevel.update({
    where: { sku: 'last' },
    data: { unlimited: true, onHand: 0 },
  });
  expect(await reserve(purchase(ada.id), 'last', 500)).toBeNull();
});

test('reserving twice for a line holds once, with the same key and with another', async () => {
  const line = purchase(ada.id);
  const keys = ['one', 'one', 'two'];
  const outcomes = await Promise.all(
    keys.map(async (key) => await reserve(line, 'plenty', 3, key)),
  );
  expect(outcomes).toEqual([null, null, null]);
  expect(await level('plenty')).toMatchObject({ reserved: 3 });
});

test('the same key with another input is refused', async () => {
  await reserve(purchase(ada.id), 'plenty', 3, 'reused');
  expect(await reserve(purchase(ada.id), 'plenty', 3, 'reused')).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test('what was refused can be tried again with the same key', async () => {
  const line = purchase(ada.id);
  expect(await reserve(line, 'last', 2, 'again')).toBeInstanceOf(Refusal);
  await database.stockLevel.update({ where: { sku: 'last' }, data: { onHand: 2 } });
  expect(await reserve(line, 'last', 2, 'again')).toBeNull();
});

test('allocating and releasing, each twice, move what is held once', async () => {
  const line = purchase(ada.id);
  await reserve(line, 'plenty', 3);
  for (const key of ['one', 'two']) expect(await allocate(line, key)).toBeNull();
  expect(await level('plenty')).toMatchObject({ reserved: 0, allocated: 3 });
  for (const key of ['one', 'two']) expect(await release(line, key)).toBeNull();
  expect(await level('plenty')).toMatchObject({ reserved: 0, allocated: 0, onHand: 100 });
});

test('a reserve that comes after the release holds nothing', async () => {
  const line = purchase(ada.id);
  expect(await release(line)).toBeNull();
  expect(await reserve(line, 'plenty', 3)).toMatchObject({
    code: 'RESERVATION_RELEASED',
    field: ['lines', '0', 'orderLineId'],
  });
  expect(await level('plenty')).toMatchObject({ reserved: 0 });
});

test('a reserve and its release at once hold nothing in the end, whoever is first', async () => {
  const lines = Array.from({ length: 10 }, () => purchase(ada.id));
  await Promise.all(
    lines.flatMap((line) => [reserve(line, 'plenty', 1), release(line, randomUUID())]),
  );
  expect(await level('plenty')).toMatchObject({ reserved: 0, allocated: 0 });
});

test('what was released can not be allocated', async () => {
  const line = purchase(ada.id);
  await release(line);
  expect(await allocate(line)).toMatchObject({ code: 'RESERVATION_RELEASED' });
});

test('a person may not move stock, however much they may do', async () => {
  const eve = person('inventory:write', 'provisioning:write');
  const input = { ...purchase(ada.id), lines: [], idempotencyKey: 'eve' };
  await expect(reserveStock(parts, eve, input)).rejects.toThrow(Forbidden);
});

test('a product that is saved again keeps the stock that it has, and its availability is told again', async () => {
  const saved = { type: 'product.saved', data: { skus: ['new', 'last'] } };
  const event = { id: '1', source: 'catalogue', time: '', actor: 'usr_keeper', ...saved };
  const told: unknown[] = [];
  for (const onHand of [7, 8]) {
    await parts.store.transactSql(async (tx) => {
      const append = ({ type, actor, data }: NewEvent) => told.push({ type, actor, data });
      await stockProducts(parts, tx, [{ ...event, specversion: '1.0' }], append, onHand);
    });
  }
  expect(await level('new')).toMatchObject({ onHand: 7, unlimited: false });
  expect(await level('last')).toMatchObject({ onHand: 1 });
  const levels = expect.arrayContaining([
    { sku: 'new', version: 1, status: 'LOW_STOCK', quantity: 7 },
    { sku: 'last', version: 1, status: 'LOW_STOCK', quantity: 1 },
  ]) as unknown;
  const again = { type: 'availability.changed', actor: 'svc_provisioning', data: { levels } };
  expect(told).toEqual([again, again]);
});

test('where nothing ever runs out, what is new is unlimited', async () => {
  const saved = { type: 'product.saved', data: { skus: ['endless', 'last'] } };
  const event = { id: '1', source: 'catalogue', time: '', actor: 'usr_keeper', ...saved };
  await parts.store.transactSql(async (tx, append) => {
    await stockProducts(parts, tx, [{ ...event, specversion: '1.0' }], append, null);
  });
  expect(await reserve(purchase(ada.id), 'endless', 5_000)).toBeNull();
  expect(await level('last')).toMatchObject({ onHand: 1, unlimited: false });
});

test('what anyone may know of a move is told, in the order of the versions, and nothing else is', async () => {
  const start = await lastEvent();
  await reserve(purchase(ada.id), 'plenty', 1);
  expect(await eventsAfter(start)).toEqual([]);

  const lines = [purchase(ada.id), purchase(ada.id)];
  await reserve(lines[0]!, 'plenty', 95);
  await reserve(lines[1]!, 'plenty', 4);
  await reserve(purchase(ada.id), 'plenty', 1); // refused
  await allocate(lines[0]!);
  await release(lines[0]!);
  const told = (version: number, status: string, quantity: number) => ({
    type: 'availability.changed',
    actor: orders.id,
    data: { levels: [{ sku: 'plenty', version, status, quantity }] },
  });
  expect(await eventsAfter(start)).toEqual([
    told(3, 'LOW_STOCK', 4),
    told(4, 'OUT_OF_STOCK', 0),
    told(6, 'IN_STOCK', 10),
  ]);
});

type Line = ReturnType<typeof purchase>;

async function reserve(
  { orderId, ownerId, orderLineId }: Line,
  sku: string,
  quantity: number,
  idempotencyKey: string = randomUUID(),
) {
  const lines = [{ orderLineId, sku, quantity }];
  return await reserveStock(parts, orders, { orderId, ownerId, lines, idempotencyKey });
}

async function release({ orderId, orderLineId }: Line, idempotencyKey = 'release') {
  const key = `${orderLineId}:${idempotencyKey}`;
  const input = { orderId, orderLineIds: [orderLineId], idempotencyKey: key };
  return await releaseStock(parts, orders, input);
}

async function allocate({ orderId, orderLineId }: Line, idempotencyKey = 'allocate') {
  const key = `${orderLineId}:${idempotencyKey}`;
  const input = { orderId, orderLineIds: [orderLineId], idempotencyKey: key };
  return await allocateStock(parts, orders, input);
}

async function lastEvent(): Promise<number> {
  const rows = await database.$queryRaw<{ seq: number }[]>`
    select coalesce(max(seq), 0)::float8 as seq from events.outbox`;
  return rows[0]?.seq ?? 0;
}

async function eventsAfter(seq: number): Promise<unknown[]> {
  const rows = await database.$queryRaw<{ event: Record<string, unknown> }[]>`
    select event from events.outbox where seq > ${seq} order by seq`;
  return rows.map(({ event: { type, actor, data } }) => ({ type, actor, data }));
}

async function level(sku: string) {
  return await database.stockLevel.findUniqueOrThrow({ where: { sku } });
}

import { anonymous } from '#auth';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { openScene } from './testing/scene.ts';
import { orders, person, purchase } from './testing/stage.ts';

const scene = await openScene(inject('postgresUrl'));
const { house, stage } = scene;
const visitor = anonymous('gateway');
const keeper = person('inventory:write');

beforeAll(async () => {
  await scene.publishProduct('bolt', 'nut');
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await stage.database.reservation.deleteMany();
  await stage.database.stockLevel.updateMany({
    data: { unlimited: false, onHand: 20, reserved: 0, allocated: 0 },
  });
});

test('anyone sees what there is of each, then how it becomes less, and runs out', async () => {
  const updates = await watch(['nut', 'bolt']);
  expect([await next(updates), await next(updates)]).toMatchObject([
    { variant: { sku: 'bolt', availability: { status: 'IN_STOCK', quantity: 10 } } },
    { variant: { sku: 'nut', availability: { status: 'IN_STOCK', quantity: 10 } } },
  ]);
  for (const [onHand, status] of [
    [9, 'LOW_STOCK'],
    [0, 'OUT_OF_STOCK'],
    [null, 'UNLIMITED'],
  ] as const) {
    await set('nut', onHand);
    const availability = { status, quantity: onHand };
    expect(await next(updates)).toMatchObject({ variant: { sku: 'nut', availability } });
  }
  await updates.return?.();
});

test('two buyers and the last unit: one gets it, and everybody else sees that it is gone', async () => {
  await set('nut', 1);
  const updates = await watch(['nut']);
  expect(await next(updates)).toMatchObject(told('nut', 'LOW_STOCK', 1));
  const outcomes = await Promise.all([reserve('nut'), reserve('nut')]);
  expect(outcomes.toSorted()).toEqual(['OUT_OF_STOCK', 'reserved']);
  expect(await next(updates)).toMatchObject(told('nut', 'OUT_OF_STOCK', 0));
  await updates.return?.();
});

test('how many there are beyond ten is told to nobody', async () => {
  const updates = await watch(['bolt', 'nut']);
  await next(updates);
  await next(updates);
  await set('bolt', 11);
  await set('nut', 4);
  expect(await next(updates)).toMatchObject(told('nut', 'LOW_STOCK', 4));
  await updates.return?.();
});

test('who comes back with a cursor is told what has changed, and nothing else', async () => {
  const before = await watch(['bolt', 'nut']);
  const [, { cursor }] = [await next(before), await next(before)];
  await before.return?.();
  await set('nut', 4);
  await set('bolt', 2);
  await set('bolt', 30);

  const after = await watch(['bolt', 'nut'], cursor);
  const update = await next(after);
  expect(update).toMatchObject(told('nut', 'LOW_STOCK', 4));
  await after.return?.();
  await set('bolt', 3);
  const again = await watch(['nut', 'bolt'], update.cursor); // in whatever order
  expect(await next(again)).toMatchObject(told('bolt', 'LOW_STOCK', 3));
  await again.return?.();
});

test('who breaks off at the beginning goes on where that was', async () => {
  const before = await watch(['bolt', 'nut']);
  const { cursor } = await next(before);
  await before.return?.();
  const after = await watch(['bolt', 'nut'], cursor);
  expect(await next(after)).toMatchObject({ variant: { sku: 'nut' } });
  await after.return?.();
});

test('of quick changes the newest is told in the end', async () => {
  const updates = await watch(['nut']);
  await next(updates);
  await Promise.all([9, 8, 7, 6, 5].map((onHand) => set('nut', onHand)));
  await set('nut', 1);
  let count = 0;
  for (let quantity: unknown = null; quantity !== 1; count += 1) {
    quantity = (await next(updates)).variant.availability?.quantity;
  }
  expect(count).toBeLessThanOrEqual(6);
  await updates.return?.();
});

test('of what is not known yet nothing is told, until it is', async () => {
  const sku = `new with spaces, and long: ${'x'.repeat(200)}`;
  const updates = await watch([sku]);
  expect(await next(updates)).toMatchObject({ variant: { sku, availability: null } });
  await scene.publishProduct(sku);
  expect(await next(updates)).toMatchObject(told(sku, 'IN_STOCK', 10));
  await updates.return?.();
});

test('after a crash, who comes back with a cursor misses nothing', async () => {
  const before = await watch(['nut']);
  const { cursor } = await next(before);
  await set('nut', 0);
  await house.end('SIGKILL');
  await house.start();
  const after = await watch(['nut'], cursor);
  expect(await next(after)).toMatchObject(told('nut', 'OUT_OF_STOCK', 0));
  await after.return?.();
});

test.each([
  ['no SKU', [], undefined, 'BAD_USER_INPUT'],
  ['too many SKUs', Array.from({ length: 101 }, (_, n) => `${n}`), undefined, 'BAD_USER_INPUT'],
  ['an empty SKU', [''], undefined, 'BAD_USER_INPUT'],
  ['a SKU that no database can hold', ['\0'], undefined, 'BAD_USER_INPUT'],
  ['what is no cursor', ['nut'], 'x', 'BAD_CURSOR'],
])('%s is refused', async (_what, skus, since, code) => {
  expect(await refusalCode(await watch(skus, since))).toBe(code);
});

test('a cursor of other SKUs is refused', async () => {
  const updates = await watch(['nut']);
  const { cursor } = await next(updates);
  await updates.return?.();
  expect(await refusalCode(await watch(['bolt'], cursor))).toBe('BAD_CURSOR');
});

interface Update {
  readonly cursor: string;
  readonly variant: { readonly availability: { readonly quantity: number | null } | null };
}
type Updates = Awaited<ReturnType<typeof house.watch>>;

async function watch(skus: readonly string[], since?: string): Promise<Updates> {
  return await house.watch(visitor, watchSkus, { skus, since });
}

async function next(updates: Updates): Promise<Update> {
  const { value } = await updates.next();
  expect(value?.errors).toBeUndefined();
  return value?.data?.['availabilityUpdated'] as Update;
}

function told(sku: string, status: string, quantity: number) {
  return { variant: { sku, availability: { status, quantity } } };
}

async function set(sku: string, onHand: number | null): Promise<void> {
  const input = [{ sku, onHand }];
  const { setStock } = await house.ask(keeper, setMutation, { input, key: randomUUID() });
  expect(setStock).toEqual({ userErrors: [] });
}

/** One unit, for somebody new; says what came of it. */
async function reserve(sku: string): Promise<string> {
  const { orderId, ownerId, orderLineId } = purchase(person().id);
  const lines = [{ orderLineId, sku, quantity: 1 }];
  const input = { orderId, ownerId, lines, idempotencyKey: orderLineId };
  const { outcome } = await house.ask(orders, reserveMutation, { input });
  const [error] = (outcome as { userErrors: { code: string }[] }).userErrors;
  return error?.code ?? 'reserved';
}

/** A subscription is refused by a first result with errors, or by an error. */
async function refusalCode(updates: Updates): Promise<unknown> {
  const errors = await updates.next().then(
    ({ value }) => value?.errors,
    (thrown: unknown) => thrown as readonly { readonly extensions?: Record<string, unknown> }[],
  );
  return errors?.[0]?.extensions?.['code'];
}

const watchSkus = `subscription ($skus: [String!]!, $since: String) {
  availabilityUpdated(skus: $skus, since: $since) {
    cursor at variant { sku availability { status quantity } }
  }
}`;
const setMutation = `mutation ($input: [StockInput!]!, $key: String!) {
  setStock(input: $input, idempotencyKey: $key) { userErrors { code } }
}`;
const reserveMutation = `mutation ($input: ReserveStockInput!) {
  outcome: reserveStock(input: $input) { userErrors { code } }
}`;

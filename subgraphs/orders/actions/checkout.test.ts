import { runSql } from '#database';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { totalOf, type Cart } from '../domain/cart.ts';
import type { Order } from '../domain/order.ts';
import { ada, eve, machine, openStage, type Stage } from '../stage.ts';
import { addCartLine } from './add-cart-line.ts';
import { checkout } from './checkout.ts';
import { createCart } from './create-cart.ts';
import { removeCartLine } from './remove-cart-line.ts';
import { repriceCart } from './reprice-cart.ts';
import { updateCartLine } from './update-cart-line.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  stage.script.offers = new Map([[machine.sku, machine]]);
  stage.script.available = null;
});

test('twenty checkouts at once with one key: one order, one purchase, the same answer for all', async () => {
  const cart = await stage.fillCart(ada);
  const orders = await Promise.all(Array.from({ length: 20 }, () => order(cart, 'key-20')));
  const [first] = orders as Order[];
  expect(first).toMatchObject({ status: 'PLACED', ownerId: ada.id, lines: [{ periods: 730 }] });
  expect(orders).toEqual(orders.map(() => first));
  const { rows } = await runSql(stage.ownerUrl, [
    `select (select count(*) from "order" where cart_id = (select id from cart order by created_at desc limit 1)) as orders,
            (select count(*) from dbos.workflow_status where workflow_uuid = '${first!.id}') as purchases`,
  ]);
  expect(rows).toEqual([{ orders: '1', purchases: '1' }]);
});

test('ten keys at once for one cart: one order, and nine are told that it was ordered', async () => {
  const cart = await stage.fillCart(ada);
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, n) => order(cart, `race-${n}-${cart.id}`)),
  );
  const placed = outcomes.filter((outcome) => 'number' in outcome);
  expect(placed).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome !== placed[0]) expect(outcome).toMatchObject({ code: /^(STALE|CART_ORDERED)$/ });
  }
});

test('the same key with another input is refused', async () => {
  const cart = await stage.fillCart(ada);
  await order(cart, 'reused');
  expect(await order(cart, 'reused', { paymentMethod: 'pm_card_mastercard' })).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test("somebody else's key of the same name is another key", async () => {
  const mine = await order(await stage.fillCart(ada), 'common');
  const theirs = await order(await stage.fillCart(eve), 'common', {}, eve);
  expect(mine).toMatchObject({ ownerId: ada.id });
  expect(theirs).toMatchObject({ ownerId: eve.id });
});

test('an order that was placed is given again, whatever became of the catalogue', async () => {
  const cart = await stage.fillCart(ada);
  const placed = await order(cart, 'again');
  stage.script.offers = new Map();
  expect(await order(cart, 'again')).toEqual(placed);
});

test.each([
  ['another total', { expectedTotal: { amount: '1.00', currency: 'USD' } }, 'PRICE_CHANGED'],
  ['another currency', { expectedTotal: { amount: '73.58', currency: 'EUR' } }, 'PRICE_CHANGED'],
  ['no payment method', { paymentMethod: null }, 'PAYMENT_METHOD_REQUIRED'],
  ['a cart that is none', { cartId: 'crt_x' }, 'NOT_FOUND'],
])('%s is refused, and the key stays free', async (_what, change, code) => {
  const cart = await stage.fillCart(ada);
  expect(await order(cart, `free-${cart.id}`, change)).toMatchObject({ code });
  expect(await order(cart, `free-${cart.id}`)).toMatchObject({ status: 'PLACED' });
});

test("somebody else's cart is not found", async () => {
  const cart = await stage.fillCart(ada);
  expect(await order(cart, 'theft', {}, eve)).toMatchObject({ code: 'NOT_FOUND' });
});

test('a price that has changed is refused until the cart is repriced', async () => {
  const cart = await stage.fillCart(ada);
  const price = { ...machine.price!, unitPrice: { amount: '0.2', currency: 'USD' } };
  stage.script.offers = new Map([[machine.sku, { ...machine, price }]]);
  expect(await order(cart, 'dear')).toMatchObject({
    code: 'PRICE_CHANGED',
    field: ['lines', '0'],
  });
  const repriced = (await repriceCart(stage.parts, ada, { id: cart.id })) as Cart;
  expect(totalOf(repriced).amount).toBe('146.00');
  expect(await order(repriced, 'dear')).toMatchObject({ status: 'PLACED' });
});

test('more than can be had is refused by line and field', async () => {
  const cart = await stage.fillCart(ada, 5);
  stage.script.available = 4;
  expect(await order(cart, 'many')).toMatchObject({
    code: 'OUT_OF_STOCK',
    field: ['lines', '0', 'quantity'],
  });
});

test.each([
  [{ hostname: 7 }, ['configuration', 'hostname']],
  [{ hostname: 'x'.repeat(64) }, ['configuration', 'hostname']],
  [{ colour: 'blue' }, ['configuration', 'colour']],
  [['hostname'], ['configuration']],
])('a configuration of %j is refused by its field', async (configuration, field) => {
  const cart = (await createCart(stage.parts, ada, { currency: 'USD' })) as Cart;
  const line = { cartId: cart.id, sku: machine.sku, configuration };
  expect(await addCartLine(stage.parts, ada, line)).toMatchObject({
    code: 'CONFIGURATION_INCOMPLETE',
    field,
  });
});

test('a line is added, changed and taken out again', async () => {
  const cart = await stage.fillCart(ada, 1);
  const lineId = cart.lines[0]!.id;
  const change = { cartId: cart.id, lineId, quantity: 3, configuration: { hostname: 'web-1' } };
  expect(await updateCartLine(stage.parts, ada, change)).toMatchObject({
    lines: [{ quantity: 3, configuration: { hostname: 'web-1' } }],
  });
  expect(await removeCartLine(stage.parts, ada, { cartId: cart.id, lineId })).toMatchObject({
    lines: [],
  });
});

test('adding twice with one key adds once', async () => {
  const cart = (await createCart(stage.parts, ada, { currency: 'USD' })) as Cart;
  const line = { cartId: cart.id, sku: machine.sku, idempotencyKey: 'once' };
  await Promise.all([1, 2, 3].map(() => addCartLine(stage.parts, ada, line)));
  expect(await stage.parts.orders.findCart(cart.id)).toMatchObject({ lines: [{ quantity: 1 }] });
});

test.each(['XXY', 'usd'])('%s is no currency', async (currency) => {
  expect(await createCart(stage.parts, ada, { currency })).toMatchObject({ code: 'CURRENCY' });
});

async function order(cart: Cart, idempotencyKey: string, change: object = {}, caller = ada) {
  return await checkout(stage.parts, caller, {
    cartId: cart.id,
    paymentMethod: 'pm_card_visa',
    expectedTotal: totalOf(cart),
    idempotencyKey,
    ...change,
  });
}

import { runSql } from '#database';
import { Unavailable, type Refusal } from '#errors';
import { createLogger } from '#service';
import { startWorkflows } from '#workflow';
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { addCartLine } from '../actions/add-cart-line.ts';
import { cancelOrder } from '../actions/cancel-order.ts';
import { checkout } from '../actions/checkout.ts';
import { PaymentDeclined } from '../clients/payments.ts';
import { totalOf, type Cart } from '../domain/cart.ts';
import { isAtRest, type Order, type OrderLine } from '../domain/order.ts';
import { ada, machine, openStage, type Stage } from '../stage.ts';
import { createPurchase } from './purchase.ts';

let stage: Stage;
let workflows: AsyncDisposable;
const logger = { ...createLogger('test'), warn: () => undefined };

beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  workflows = await startWorkflows({
    name: 'orders',
    databaseUrl: stage.databaseUrl,
    executorId: 'test',
    workflows: [createPurchase(stage.parts)],
    concurrency: 10,
    logger,
  });
});

afterAll(async () => {
  await workflows[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

beforeEach(() => {
  Object.assign(stage.script, {
    before: () => undefined,
    reserve: null,
    authorize: null,
    capture: null,
    undone: () => true,
    deliver: succeed,
  });
  stage.script.asked.length = 0;
});

const monthly = 7358; // 730 × 0.1008 USD, in cents

test('what is delivered is paid for, in this order', async () => {
  const order = await settled(await place());
  expect(order).toMatchObject({
    status: 'COMPLETED',
    lines: [{ status: 'COMPLETED' }],
    payments: [{ status: 'CAPTURED', captured: { amount: '73.58' } }],
  });
  expect(stage.script.asked).toEqual([
    'reserve',
    `authorize ${monthly} authorize:1`,
    'start',
    `capture ${monthly}`,
    'allocate',
  ]);
  expect(await eventTypes(order)).toEqual([
    'order.placed',
    'stock.reserved',
    'payment.authorized',
    'order.in_progress',
    'line.provisioning',
    'payment.captured',
    'line.completed',
    'order.completed',
  ]);
});

test('nothing in stock: nothing is paid, and the order fails', async () => {
  stage.script.reserve = { code: 'OUT_OF_STOCK', message: 'Sold out.' };
  const order = await settled(await place());
  expect(order).toMatchObject({
    status: 'FAILED',
    failure: { code: 'OUT_OF_STOCK', step: 'reserve' },
    payments: [],
  });
  expect(stage.script.asked).toEqual(['reserve', 'release']);
});

test('a declined card: the stock is given back', async () => {
  const failure = { code: 'CARD_DECLINED', message: 'Declined.', retryable: true };
  stage.script.authorize = new PaymentDeclined(failure, 'pi_declined');
  const order = await settled(await place());
  expect(order).toMatchObject({
    status: 'FAILED',
    failure: { code: 'PAYMENT_DECLINED', step: 'authorize' },
    payments: [{ status: 'FAILED', failure }],
  });
  expect(stage.script.asked).toEqual(['reserve', `authorize ${monthly} authorize:1`, 'release']);
});

test('a downstream that refuses: everything is undone, last first, and nothing is charged', async () => {
  stage.script.deliver = fail;
  let asked = 0;
  stage.script.undone = () => ++asked > 2;
  const order = await settled(await place());
  expect(order).toMatchObject({
    status: 'FAILED',
    failure: { code: 'DOWNSTREAM_REFUSED', step: 'provision' },
    payments: [{ status: 'CANCELLED' }],
  });
  const undoing = stage.script.asked.slice(stage.script.asked.indexOf('start') + 1);
  expect(undoing).toEqual(['cancel', 'cancel', 'cancel', 'undo-payment', 'release']);
});

test('a capture that fails for good terminates what runs', async () => {
  const failure = { code: 'EXPIRED', message: 'The hold has lapsed.', retryable: false };
  stage.script.capture = new PaymentDeclined(failure, null);
  const order = await settled(await place());
  expect(order).toMatchObject({ status: 'FAILED', failure: { code: 'CAPTURE_FAILED' } });
  expect(stage.script.asked.slice(-3)).toEqual(['cancel', 'undo-payment', 'release']);
});

test.each(['reserve', 'authorize', 'start', 'capture', 'allocate'])(
  'no answer to %s, or a fault: it is asked again with the same key, and the order completes',
  async (command) => {
    const failures = [new Unavailable(command), new TypeError('what nobody foresaw')];
    stage.script.before = (asked) => {
      const failure = asked === command ? failures.shift() : undefined;
      if (failure !== undefined) throw failure;
    };
    expect(await settled(await place())).toMatchObject({ status: 'COMPLETED' });
  },
);

test('one unit of two fails: the whole line is undone, and nothing is charged', async () => {
  stage.script.deliver = async (line) => {
    await stage.tell({ id: line.orderId }, line, 0, 'SUCCEEDED');
    await stage.tell({ id: line.orderId }, line, 1, 'COMPENSATED');
  };
  const order = await settled(await place(2));
  expect(order).toMatchObject({ status: 'FAILED', payments: [{ status: 'CANCELLED' }] });
  expect(stage.script.asked).toContain('cancel');
});

test('one line of two fails: only the other is charged, and the order is partially completed', async () => {
  stage.script.deliver = (line) => (line.configuration === null ? succeed(line) : fail(line));
  const cart = await stage.fillCart(ada);
  const line = { cartId: cart.id, sku: machine.sku, configuration: { hostname: 'web-2' } };
  const order = await settled(await orderFrom(await addCartLine(stage.parts, ada, line)));
  expect(order).toMatchObject({
    status: 'PARTIALLY_COMPLETED',
    lines: [{ status: 'COMPLETED' }, { status: 'FAILED' }],
    payments: [{ status: 'CAPTURED', amount: { amount: '147.16' }, captured: { amount: '73.58' } }],
  });
  expect(stage.script.asked.slice(-4)).toEqual([
    'cancel',
    `capture ${monthly}`,
    'allocate',
    'release',
  ]);
});

test('cancelling while it is provisioned undoes all of it', async () => {
  let cancelling: Promise<unknown> = Promise.resolve();
  stage.script.deliver = (line) => {
    const cancel = { id: line.orderId, reason: 'changed my mind', idempotencyKey: line.orderId };
    cancelling = cancelOrder(stage.parts, ada, cancel);
    return Promise.resolve();
  };
  const order = await settled(await place());
  await cancelling;
  expect(order).toMatchObject({
    status: 'CANCELLED',
    failure: null,
    lines: [{ status: 'CANCELLED' }],
    payments: [{ status: 'CANCELLED' }],
  });
  expect(stage.script.asked.slice(-3)).toEqual(['cancel', 'undo-payment', 'release']);
});

test('cancelling after the point of no return is refused', async () => {
  const order = await settled(await place());
  const refused = await cancelOrder(stage.parts, ada, { id: order.id, idempotencyKey: 'late' });
  expect(refused).toMatchObject({ code: 'ORDER_STATUS' });
});

test('the same news twice is one event', async () => {
  stage.script.deliver = async (line) => {
    await stage.tell({ id: line.orderId }, line, 0, 'RUNNING');
    await stage.tell({ id: line.orderId }, line, 0, 'RUNNING');
    await succeed(line);
  };
  const order = await settled(await place());
  const types = await eventTypes(order);
  expect(types.filter((type) => type === 'line.provisioning')).toHaveLength(2);
});

test('numbers of an order have no gap, and the log keeps them in order', async () => {
  const order = await settled(await place());
  const events = await stage.parts.streams.page(`order:${order.id}`, 0, 100);
  expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1));
  const { rows } = await runSql(stage.ownerUrl, [
    `select count(*) as n from events.outbox where position is null`,
  ]);
  expect(rows).toEqual([{ n: '0' }]);
});

async function place(quantity = 1): Promise<Order> {
  return await orderFrom(await stage.fillCart(ada, quantity));
}

async function orderFrom(outcome: Cart | Refusal): Promise<Order> {
  const cart = outcome as Cart;
  const input = {
    cartId: cart.id,
    paymentMethod: 'pm_card_visa',
    expectedTotal: totalOf(cart),
    idempotencyKey: cart.id,
  };
  return (await checkout(stage.parts, ada, input)) as Order;
}

async function settled({ id }: Order): Promise<Order> {
  return await vi.waitUntil(
    async () => {
      const [order] = await stage.parts.orders.findOrders(ada, [id]);
      return order !== undefined && isAtRest(order) ? order : null;
    },
    { timeout: 20_000, interval: 50 },
  );
}

async function eventTypes({ id }: Order): Promise<string[]> {
  const events = await vi.waitUntil(
    async () => {
      const page = await stage.parts.streams.page(`order:${id}`, 0, 100);
      return page.some(({ event }) => event.type === 'order.completed') ? page : null;
    },
    { timeout: 20_000, interval: 50 },
  );
  return events.map(({ event }) => event.type);
}

async function succeed(line: OrderLine): Promise<void> {
  for (let unit = 0; unit < line.quantity; unit++) {
    await stage.tell({ id: line.orderId }, line, unit, 'SUCCEEDED');
  }
}

async function fail(line: OrderLine): Promise<void> {
  await stage.tell({ id: line.orderId }, line, 0, 'COMPENSATED');
}

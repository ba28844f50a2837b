import { openLine, type Line } from '#database';
import { createLogger } from '#service';
import { startWorkflows } from '#workflow';
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { checkout } from '../actions/checkout.ts';
import { totalOf, type Cart } from '../domain/cart.ts';
import type { Order } from '../domain/order.ts';
import { ada, openStage, type Stage } from '../stage.ts';
import { createPurchase } from './purchase.ts';

let line: Line;
let stage: Stage;
let workflows: AsyncDisposable;
const silent = () => undefined;

beforeAll(async () => {
  line = await openLine(inject('postgresUrl'));
  stage = await openStage(inject('postgresUrl'), line.through);
  workflows = await startWorkflows({
    name: 'orders',
    databaseUrl: stage.databaseUrl,
    executorId: 'test',
    workflows: [createPurchase(stage.parts)],
    concurrency: 100,
    logger: { ...createLogger('test'), warn: silent, error: silent },
  });
});

afterAll(async () => {
  await workflows[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
  await line[Symbol.asyncDispose]();
});

beforeEach(() => {
  stage.script.held.clear();
  stage.script.deliver = (line) => stage.tell({ id: line.orderId }, line, 0, 'SUCCEEDED');
});

const anything = () => true;
const commits = (message: string) => /commit/i.test(message);

// The claim of the queue, each step's change and each kept answer are commits: those hurt the most.
test.each([
  ['message', anything, 8],
  ['commit', commits, 6],
])(
  'PostgreSQL is lost at any %s after checkout: every order completes by itself, charged once',
  async (_what, counts, moments) => {
    const carts: Cart[] = [];
    for (let n = 0; n < moments; n++) carts.push(await stage.fillCart(ada));

    const ids: string[] = [];
    for (const [moment, cart] of carts.entries()) {
      const { id } = await untilAnswered(() => placeOrder(cart));
      ids.push(id);
      let left = moment;
      await line.loseAnswer((message) => counts(message) && left-- === 0);
    }
    const orders = await untilAnswered(async () => {
      const found = await stage.parts.orders.findOrders(ada, ids);
      expect(found.map(({ status }) => status)).toEqual(ids.map(() => 'COMPLETED'));
      return found;
    });

    for (const { id, payments } of orders) {
      const held = [...stage.script.held.values()].filter(({ orderId }) => orderId === id);
      expect(held).toEqual([{ orderId: id, providerId: payments[0]?.providerId }]);
      expect(payments).toMatchObject([{ status: 'CAPTURED', captured: { amount: '73.58' } }]);
    }
    await untilAnswered(async () => {
      for (const id of ids) expect(await eventTypes(id)).toEqual(whole);
    });
  },
);

const whole = [
  'order.placed',
  'stock.reserved',
  'payment.authorized',
  'order.in_progress',
  'line.provisioning',
  'payment.captured',
  'line.completed',
  'order.completed',
];

async function placeOrder(cart: Cart): Promise<Order> {
  const order = await checkout(stage.parts, ada, {
    cartId: cart.id,
    paymentMethod: 'pm_card_visa',
    expectedTotal: totalOf(cart),
    idempotencyKey: cart.id,
  });
  return order as Order;
}

/** Asks again, as a customer would whose connection is lost too. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  return await vi.waitFor(ask, { timeout: 20_000, interval: 100 });
}

async function eventTypes(id: string): Promise<string[]> {
  const events = await stage.parts.streams.page(`order:${id}`, 0, 100);
  return events.map(({ event }) => event.type);
}

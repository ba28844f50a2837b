import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, type Quartermaster } from '../launcher/launcher.ts';
import {
  buy,
  chargesOf,
  checkoutMutation,
  fillCart,
  machinesOf,
  orderWhen,
  sku,
  watchOrder,
  type CheckoutPayload,
} from './purchase.ts';
import { accessTokenOf, shopperAt, signIn, type OrderUpdate, type Shopper } from './shopper.ts';

let quartermaster: Quartermaster;
let customer: Shopper;

beforeAll(async () => {
  quartermaster = await launch({ quiet: true });
  customer = await signIn(quartermaster.url, 'customer@example.com');
});
afterAll(() => quartermaster[Symbol.asyncDispose]());

test('a visitor finds a machine by its name and reads its price, without signing in', async () => {
  const visitor = shopperAt(quartermaster.url);
  const { products } = await visitor.ask<{ products: { nodes: { slug: string }[] } }>(
    '{ products(query: "m7i.large", first: 3) { nodes { slug } } }',
  );
  expect(products.nodes[0]).toEqual({ slug: 'aws-m7i-large' });

  const data = await visitor.ask(
    `query ($sku: String!) {
      product(slug: "aws-m7i-large") { name kind characteristics { name value } }
      variant(sku: $sku) {
        sku selectedOptions { name value } availability { status }
        price(currency: "USD") { kind period unitPrice { amount currency } }
      }
    }`,
    { sku },
  );
  expect(data).toMatchObject({
    product: {
      kind: 'SERVICE',
      characteristics: expect.arrayContaining([
        { name: 'vcpu', value: '2' },
        { name: 'architecture', value: 'amd64' },
      ]) as unknown,
    },
    variant: {
      sku,
      selectedOptions: [{ name: 'region', value: 'us-east-1' }],
      availability: { status: 'IN_STOCK' },
      price: { kind: 'RECURRING', period: 'HOUR', unitPrice: { currency: 'USD' } },
    },
  });
});

test('a partner finds it by REST, page by page, and is told when nothing has changed', async () => {
  const products = `${quartermaster.url}/api/v1/products?query=m7i.large&first=1`;
  const page = await fetch(products);
  expect(await page.json()).toMatchObject({ nodes: [{ slug: 'aws-m7i-large' }] });
  const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  const second = await fetch(new URL(next ?? '', quartermaster.url));
  expect(await second.json()).toMatchObject({ pageInfo: { hasPreviousPage: true } });

  const cheapest = new URLSearchParams({
    characteristics: '[{"name":"vcpu","min":8,"max":16}]',
    options: '[{"name":"region","in":["eu-central-1"]}]',
    sort: 'PRICE_ASC',
    first: '1',
  });
  const found = await fetch(`${quartermaster.url}/api/v1/products?${cheapest.toString()}`);
  const vcpu = expect.objectContaining({ name: 'vcpu', number: 8 }) as unknown;
  expect(await found.json()).toMatchObject({
    nodes: [{ characteristics: expect.arrayContaining([vcpu]) as unknown }],
  });

  const etag = page.headers.get('etag') ?? '';
  expect((await fetch(products, { headers: { 'if-none-match': etag } })).status).toBe(304);
  const variant = await fetch(`${quartermaster.url}/api/v1/variants/${sku}?currency=USD`);
  expect(await variant.json()).toMatchObject({
    sku,
    availability: { status: 'IN_STOCK' },
    price: { kind: 'RECURRING', unitPrice: { currency: 'USD' } },
    product: { slug: 'aws-m7i-large' },
  });
  const product = await fetch(`${quartermaster.url}/api/v1/products/aws-m7i-large`);
  expect(await product.json()).toMatchObject({ slug: 'aws-m7i-large', kind: 'SERVICE' });
});

test('a customer buys a machine and watches it come to life, in one operation over three subgraphs', async () => {
  const id = await buy(customer);
  const updates: OrderUpdate['orderUpdated'][] = [];
  for await (const { orderUpdated } of customer.watch<OrderUpdate>(watchOrder, { id })) {
    updates.push(orderUpdated);
    if (orderUpdated.event?.type === 'order.completed') break;
  }
  const [snapshot, ...events] = updates;
  expect(snapshot?.event).toBeNull();
  const numbers = events.map(({ event }) => event?.sequence ?? 0);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  expect(events.filter(({ event }) => event?.type === 'line.provisioning').length).toBeGreaterThan(
    2,
  );

  const last = updates.at(-1)!.order;
  expect(last).toMatchObject({
    status: 'COMPLETED',
    lines: [
      {
        variant: { product: {} },
        provisioningRequests: [{ status: 'SUCCEEDED', progress: 1 }],
        productInstances: { nodes: [{ status: 'ACTIVE' }] },
      },
    ],
  });
  expect(last.lines[0]?.productInstances.nodes[0]?.attributes).toHaveProperty('address');
  expect(last.lines[0]?.variant?.product.name).toBe(last.lines[0]?.productName);
  const { captured } = await chargesOf(quartermaster, id);
  expect(captured).toHaveLength(1);
});

test('who drops off and comes back with a cursor misses nothing and hears nothing twice', async () => {
  const id = await buy(customer);
  const seen: number[] = [];
  let since: string | undefined;
  for (let done = false; !done;) {
    let left = 3; // then the line goes dead
    for await (const update of customer.watch<OrderUpdate>(watchOrder, { id, since })) {
      const { cursor, event } = update.orderUpdated;
      since = cursor;
      if (event !== null) seen.push(event.sequence);
      done = event?.type === 'order.completed';
      if (done || --left === 0) break;
    }
  }
  const { events } = await orderWhen(customer, id, ({ status }) => status === 'COMPLETED');
  const first = seen[0] ?? 0;
  expect(seen).toEqual(
    events.nodes.map(({ sequence }) => sequence).filter((sequence) => sequence >= first),
  );
});

test('provisioning streams too, from its first task to the last', async () => {
  const orderId = await buy(customer);
  const subscription = `subscription ($orderId: ID!) {
    provisioningUpdated(orderId: $orderId) { cursor event { type } request { status tasks { key status } } }
  }`;
  interface Update {
    provisioningUpdated: { event: { type: string } | null; request: { status: string } | null };
  }
  for await (const update of customer.watch<Update>(subscription, { orderId })) {
    if (update.provisioningUpdated.request?.status === 'SUCCEEDED') break;
  }
  await orderWhen(customer, orderId, ({ status }) => status === 'COMPLETED');
});

test('a declined card ends the order FAILED, with everything undone', async () => {
  const id = await buy(customer, { paymentMethod: 'pm_card_chargeDeclined' });
  const order = await orderWhen(customer, id, ({ status }) => status === 'FAILED');
  expect(order).toMatchObject({
    failure: { code: 'PAYMENT_DECLINED', step: 'authorize' },
    payment: { status: 'FAILED' },
    lines: [{ status: 'FAILED', productInstances: { nodes: [] } }],
  });
  expect((await chargesOf(quartermaster, id)).captured).toEqual([]);
});

test('a downstream that refuses ends the order FAILED, and the hold on the card is let go', async () => {
  const id = await buy(customer, { configuration: { hostname: 'refuse-me' } });
  const order = await orderWhen(customer, id, ({ status }) => status === 'FAILED');
  expect(order).toMatchObject({
    failure: { step: 'provision' },
    payment: { status: 'CANCELLED' },
    lines: [{ status: 'FAILED', productInstances: { nodes: [{ status: 'ABORTED' }] } }],
  });
  const { intents, captured } = await chargesOf(quartermaster, id);
  expect(intents).toMatchObject([{ status: 'canceled' }]);
  expect(captured).toEqual([]);
});

test('an order that is cancelled while it is provisioned leaves nothing behind', async () => {
  const id = await buy(customer, { quantity: 2 });
  await orderWhen(customer, id, ({ lines }) => lines[0]?.status === 'PROVISIONING');
  await customer.ask(
    `mutation ($id: ID!) { cancelOrder(id: $id, idempotencyKey: "changed-my-mind") { userErrors { code } } }`,
    { id },
  );
  const order = await orderWhen(customer, id, ({ status }) => status === 'CANCELLED');
  expect((await chargesOf(quartermaster, id)).captured).toEqual([]);
  const ids = order.lines.flatMap(({ productInstances }) =>
    (productInstances?.nodes ?? []).map((instance) => instance.id),
  );
  const machines = await machinesOf(quartermaster);
  const left = machines.filter(
    ({ id: machine, state }) => ids.includes(machine) && state !== 'deleted',
  );
  expect(left).toEqual([]);
});

test('twenty checkouts at once with one key place one order and charge once', async () => {
  const input = await fillCart(customer);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => customer.ask<CheckoutPayload>(checkoutMutation, { input })),
  );
  const ids = new Set(answers.map(({ checkout }) => checkout.order?.id));
  expect(ids.size).toBe(1);
  const [id = ''] = ids;
  await orderWhen(customer, id, ({ status }) => status === 'COMPLETED');
  expect((await chargesOf(quartermaster, id)).captured).toHaveLength(1);
});

test('another total than was shown is refused, and nothing is placed', async () => {
  const input = await fillCart(customer);
  const wrong = { ...input, expectedTotal: { amount: '1.00', currency: 'USD' } };
  expect(await customer.ask(checkoutMutation, { input: wrong })).toEqual({
    checkout: { order: null, userErrors: [{ code: 'PRICE_CHANGED', field: ['expectedTotal'] }] },
  });
});

test("somebody else's order is not there, to read, to watch or to cancel", async () => {
  const id = await buy(customer);
  const second = await signIn(quartermaster.url, 'second@example.com');
  expect(await second.ask('query ($id: ID!) { order(id: $id) { id } }', { id })).toEqual({
    order: null,
  });
  await expect(second.watch(watchOrder, { id }).next()).rejects.toThrow('NOT_FOUND');
  const cancel = `mutation ($id: ID!) { cancelOrder(id: $id, idempotencyKey: "k") { order { id } } }`;
  expect((await second.answer(cancel, { id })).errors).toMatchObject([
    { extensions: { code: 'NOT_FOUND' } },
  ]);
  await orderWhen(customer, id, ({ status }) => status === 'COMPLETED');
});

test('without a token, what is somebody’s is refused by field, and what is public is answered', async () => {
  const answer = await shopperAt(quartermaster.url).answer(
    '{ product(slug: "aws-m7i-large") { slug } orders { nodes { id } } }',
  );
  expect(answer).toMatchObject({
    data: { product: { slug: 'aws-m7i-large' }, orders: null },
    errors: [{ path: ['orders'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }],
  });
});

test('a wrong token is refused at the door, over HTTP and over WebSocket', async () => {
  const stranger = shopperAt(quartermaster.url, 'eyJhbGciOiJub25lIn0.e30.');
  expect(await stranger.answer('{ products { nodes { id } } }')).toMatchObject({
    status: 401,
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
  await expect(stranger.watch(watchOrder, { id: 'ord_1' }).next()).rejects.toMatchObject({
    code: 4401,
  });
});

test('who signs out is out at once, although the token has not expired', async () => {
  const { url } = quartermaster;
  const leaving = shopperAt(url, await accessTokenOf(url, 'customer@example.com'));
  expect((await leaving.answer('{ me { id } }')).status).toBe(200);
  await leaving.ask('mutation { signOut { sessionsEnded } }');
  await expect.poll(async () => (await leaving.answer('{ me { id } }')).status).toBe(401);
  expect((await customer.answer('{ me { id } }')).status).toBe(200);
});

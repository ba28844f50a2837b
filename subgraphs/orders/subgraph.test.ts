import { unansweredFields } from '#graphql';
import { graphql, subscribe, parse, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { checkout } from './actions/checkout.ts';
import { problem, recurringTotals, totalOf } from './domain/cart.ts';
import type { Order } from './domain/order.ts';
import { cartPayload, orderPayload } from './resolvers/payloads.ts';
import { ada, eve, openStage, type Stage } from './stage.ts';
import { createOrdersSubgraph, type OrdersSubgraph } from './subgraph.ts';
import { Refusal } from '#errors';

let stage: Stage;
let subgraph: OrdersSubgraph;
let order: Order;

beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  subgraph = createOrdersSubgraph(stage.parts);
  const cart = await stage.fillCart(ada, 2);
  const input = { cartId: cart.id, expectedTotal: totalOf(cart), idempotencyKey: 'k' };
  const placed = await checkout(stage.parts, ada, { ...input, paymentMethod: 'pm_card_visa' });
  order = placed as Order;
});
afterAll(() => stage[Symbol.asyncDispose]());

test('every field of the contract is answered', async () => {
  const cart = await stage.fillCart(ada);
  const refused = new Refusal('ORDER_STATUS', 'Too late.');
  const page = { edges: [], nodes: [], pageInfo: {} };
  const numbered = { id: '1', sequence: 1, at: new Date(), type: 't', actor: 'a', data: {} };
  expect(
    unansweredFields(subgraph.schema, {
      Cart: cart,
      CartLine: cart.lines[0],
      CartPayload: cartPayload(refused),
      CartProblem: problem('CODE', 'Message.'),
      RecurringTotal: recurringTotals(cart)[0],
      Order: order,
      OrderLine: order.lines[0],
      OrderPayload: orderPayload(refused),
      OrderUpdate: { cursor: '', event: null, order },
      OrderEvent: numbered,
      OrderFailure: { code: '', message: '', step: '' },
      OrderConnection: page,
      OrderEventConnection: page,
      OrderEdge: { node: order, cursor: '' },
      OrderEventEdge: { node: numbered, cursor: '' },
      PageInfo: { hasNextPage: 0, hasPreviousPage: 0, startCursor: 0, endCursor: 0 },
      Payment: {
        id: 0,
        status: 0,
        amount: 0,
        captured: 0,
        refunded: 0,
        method: 0,
        failure: 0,
        createdAt: 0,
      },
      PaymentFailure: { code: '', message: '', retryable: false },
      PaymentMethod: {
        id: 0,
        kind: 0,
        funding: 0,
        brand: 0,
        last4: 0,
        expiryMonth: 0,
        expiryYear: 0,
      },
      UserError: orderPayload(refused).userErrors[0],
      Money: { amount: '1', currency: 'USD' },
      ProductVariant: { sku: '' },
      User: { id: '' },
    }),
  ).toEqual([]);
});

const orderQuery = `query ($id: ID!) {
  order(id: $id) { id number status total { amount } lines { sku quantity total { amount } variant { sku } order { id } }
    events { nodes { sequence type message } } payment { id } cancellable customer { id } }
}`;

test("an order is its owner's to read, and nobody else's", async () => {
  expect(await ask(ada, orderQuery, { id: order.id })).toMatchObject({
    data: {
      order: {
        id: order.id,
        status: 'PLACED',
        total: { amount: '147.17' },
        lines: [{ quantity: 2, order: { id: order.id }, variant: { sku: order.lines[0]!.sku } }],
        cancellable: true,
        customer: { id: ada.id },
        payment: null,
      },
    },
  });
  expect(await ask(eve, orderQuery, { id: order.id })).toEqual({ data: { order: null } });
  const operator = { ...eve, scopes: new Set(['orders:read']) };
  expect(await ask(operator, orderQuery, { id: order.id })).toMatchObject({
    data: { order: { id: order.id } },
  });
});

test('the lines are entities that others extend', async () => {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on OrderLine { id sku } ... on Order { number } } }`;
  const of = [
    { __typename: 'OrderLine', id: order.lines[0]!.id },
    { __typename: 'OrderLine', id: 'oln_none' },
    { __typename: 'Order', number: order.number },
  ];
  expect(await ask(ada, query, { of })).toMatchObject({
    data: { _entities: [{ id: order.lines[0]!.id }, null, { number: order.number }] },
  });
});

test('the list is paged by a cursor of its own, newest first', async () => {
  const list = `query ($after: String) { orders(first: 1, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }`;
  const first = (await ask(ada, list, {})).data?.['orders'] as {
    nodes: unknown[];
    pageInfo: { endCursor: string; hasNextPage: boolean };
  };
  expect(first).toMatchObject({ nodes: [{ id: order.id }], pageInfo: { hasNextPage: false } });
  const next = await ask(ada, list, { after: first.pageInfo.endCursor });
  expect(next).toMatchObject({ data: { orders: { nodes: [] } } });
  expect((await ask(ada, list, { after: 'x' })).errors?.[0]?.message).toContain('`after`');
});

test('a stream begins with the state, then tells each event; with a cursor it goes on from there', async () => {
  const first = await watch(ada, order.id);
  const { value } = (await first.next()) as { value: ExecutionResult };
  const snapshot = value.data?.['orderUpdated'] as { cursor: string };
  expect(snapshot).toMatchObject({ event: null, order: { status: 'PLACED' } });
  await stage.tell(order, order.lines[0]!, 0, 'RUNNING');
  await stage.tell(order, order.lines[0]!, 0, 'SUCCEEDED');
  const seen = [(await first.next()).value, (await first.next()).value];
  await first.return(undefined);
  const again = await watch(ada, order.id, snapshot.cursor);
  expect([(await again.next()).value, (await again.next()).value]).toEqual(seen);
  await again.return(undefined);
});

test("nobody watches another's order, or with a cursor of another stream", async () => {
  const theirs = await watch(eve, order.id);
  await expect(theirs.next()).rejects.toThrow('Nothing of yours');
  const wrong = await watch(ada, order.id, 'b3RoZXI');
  await expect(wrong.next()).rejects.toThrow('`since`');
});

async function ask(caller: typeof ada, source: string, variableValues: object) {
  const contextValue = subgraph.contextFor(caller);
  const answer = await graphql({
    schema: subgraph.schema,
    source,
    variableValues: { ...variableValues },
    contextValue,
  });
  return JSON.parse(JSON.stringify(answer)) as ExecutionResult;
}

async function watch(caller: typeof ada, id: string, since?: string) {
  const document = parse(`subscription ($id: ID!, $since: String) {
    orderUpdated(id: $id, since: $since) { cursor event { sequence type } order { status } }
  }`);
  const stream = await subscribe({
    schema: subgraph.schema,
    document,
    variableValues: { id, ...(since !== undefined && { since }) },
    contextValue: subgraph.contextFor(caller),
  });
  return stream as AsyncGenerator<ExecutionResult>;
}

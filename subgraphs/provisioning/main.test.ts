import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Json } from './domain/json.ts';
import { parseTemplate } from './domain/parse-template.ts';
import { until } from './testing/machines.ts';
import { openScene, sku } from './testing/scene.ts';
import { person, purchase } from './testing/stage.ts';

const scene = await openScene(inject('postgresUrl'));
const { machines, house, buy, cancel, final, callsFor, typesOf } = scene;
const { store } = scene.stage.parts;
const operator = person('provisioning:read');

beforeAll(async () => {
  await scene.publishProduct();
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

test('it is ready once it has heard of the products, which anyone sees in stock', async () => {
  await until(() => house.isReady());
  const { _entities } = await until(async () => {
    const data = await house.ask(person(), availability, {
      of: [sku, 'unheard-of'].map((each) => ({ __typename: 'ProductVariant', sku: each })),
    });
    return JSON.stringify(data).includes('IN_STOCK') && data;
  });
  expect(_entities).toEqual([
    { sku, availability: { status: 'IN_STOCK', quantity: 10 } },
    { sku: 'unheard-of', availability: null },
  ]);
});

test('what is bought is made, recorded and active', async () => {
  const { ada, line } = await buy('web');
  const request = await final(ada, line);
  expect(request).toMatchObject({
    status: 'SUCCEEDED',
    progress: 1,
    failure: null,
    tasks: [
      { key: 'reserve-stock', status: 'SUCCEEDED', attempts: 1 },
      { key: 'create-machine', status: 'SUCCEEDED', attempts: 1 },
      { key: 'record', status: 'SUCCEEDED', attempts: 1 },
    ],
    instance: {
      status: 'ACTIVE',
      configuration: { hostname: 'web' },
      attributes: { address: '192.0.2.7', region: 'us-east-1', type: 'm7i.large' },
      variant: { sku },
    },
  });
  const id = request.instance.id;
  expect(machines.find(id)?.order).toEqual({
    type: 'm7i.large',
    region: 'us-east-1',
    hostname: 'web',
    owner: ada.id,
  });
  expect(callsFor(id)).toEqual(['PUT', 'GET']);
  expect(await typesOf(line.orderId)).toEqual([
    'request.created',
    'request.started',
    'task.started',
    'task.succeeded',
    'task.started',
    'task.succeeded',
    'task.started',
    'task.succeeded',
    'instance.activated',
    'request.succeeded',
  ]);
});

test('a definite refusal ends the request; there is nothing to undo', async () => {
  const { ada, line } = await buy('refuse-me');
  const request = await final(ada, line);
  expect(request).toMatchObject({
    status: 'FAILED',
    failure: { code: 'DOWNSTREAM_REFUSED', taskKey: 'create-machine' },
    instance: { status: 'ABORTED' },
  });
  expect(callsFor(request.instance.id)).toEqual(['PUT']);
  const seen = await house.ask(
    operator,
    'query ($id: ID!) { provisioningRequest(id: $id) { tasks { lastError } } }',
    { id: request.id },
  );
  expect(JSON.stringify(seen)).toContain('HOSTNAME_REFUSED');
});

test('what fails after it was accepted is undone', async () => {
  const { ada, line } = await buy('fail-later');
  const request = await final(ada, line);
  expect(request).toMatchObject({
    status: 'COMPENSATED',
    failure: { code: 'DOWNSTREAM_FAILED' },
    instance: { status: 'ABORTED' },
  });
  expect(callsFor(request.instance.id)).toEqual(['PUT', 'GET', 'DELETE', 'GET']);
  expect(await typesOf(line.orderId)).toEqual(
    expect.arrayContaining([
      'task.failed',
      'request.compensating',
      'task.undone',
      'request.compensated',
    ]),
  );
});

test('a downstream that is busy is asked again', async () => {
  const { ada, line } = await buy('busy');
  const request = await final(ada, line);
  expect(request).toMatchObject({ status: 'SUCCEEDED' });
  expect(request.tasks[1]).toMatchObject({ key: 'create-machine', attempts: 2 });
  expect(await typesOf(line.orderId)).toContain('task.retrying');
});

test('after an answer that was lost it looks before it asks again', async () => {
  const { ada, line } = await buy('lost');
  const request = await final(ada, line);
  expect(request).toMatchObject({ status: 'SUCCEEDED' });
  expect(callsFor(request.instance.id)).toEqual(['PUT', 'GET']);
});

test('without a reservation nothing is made', async () => {
  const ada = person();
  const line = purchase(ada.id);
  await scene.start(line, 'unpaid');
  const request = await final(ada, line);
  expect(request).toMatchObject({ status: 'FAILED', failure: { code: 'RESERVATION_MISSING' } });
  expect(callsFor(request.instance.id)).toEqual([]);
});

test('what is cancelled while it is made is undone, and then nothing of it is left', async () => {
  const { ada, line } = await buy('hold-and-cancel');
  const [begun] = await until(async () => {
    const found = await store.findRequestsOfLines(ada, [line.orderLineId]);
    return found.some(({ instanceId }) => machines.find(instanceId)) && found;
  });
  expect(await cancel(line)).toEqual({ undone: false, userErrors: [] });
  machines.release('hold-and-cancel');
  const request = await final(ada, line);
  expect(request).toMatchObject({ status: 'CANCELLED', instance: { status: 'CANCELLED' } });
  expect(machines.find(begun?.instanceId ?? '')?.operation).toEqual({
    type: 'delete',
    state: 'succeeded',
  });
  expect(await cancel(line)).toEqual({ undone: true, userErrors: [] });
});

test('what is active is terminated by a request of its own, and its history tells both', async () => {
  const { ada, line } = await buy('short-lived');
  const { instance } = await final(ada, line);
  expect(await cancel(line)).toEqual({ undone: false, userErrors: [] });
  await until(async () => (await cancel(line)).undone);
  const data = await house.ask(ada, history, { id: instance.id });
  expect(data['productInstance']).toMatchObject({
    status: 'TERMINATED',
    requests: {
      nodes: [
        {
          action: 'TERMINATE',
          status: 'SUCCEEDED',
          progress: 1,
          tasks: [{ key: 'delete-machine' }],
        },
        { action: 'CREATE', status: 'SUCCEEDED', progress: 1 },
      ],
    },
  });
  const { nodes } = (data['productInstance'] as { history: { nodes: { sequence: number }[] } })
    .history;
  expect(nodes.map(({ sequence }) => sequence)).toEqual(nodes.map((_, index) => index + 1));
  expect(nodes.at(-1)).toMatchObject({ type: 'request.succeeded', instanceStatus: 'TERMINATED' });
});

test('when its attempts are used up, a task fails and is undone', async () => {
  const template = await store.findNewestTemplate('cloud-machine');
  const tasks = JSON.parse(
    JSON.stringify(template?.definition['tasks']).replace('"attempts":40', '"attempts":2'),
  ) as Json;
  const hasty = parseTemplate({ ...{ key: 'hasty', name: 'Hasty', actions: ['CREATE'] }, tasks });
  await store.publishTemplate(hasty, { tasks }, new Date());
  const { ada, line } = await buy('down', 'hasty');
  const request = await final(ada, line);
  expect(request).toMatchObject({
    status: 'COMPENSATED',
    failure: { code: 'DOWNSTREAM_UNAVAILABLE', taskKey: 'create-machine' },
    template: { key: 'hasty', version: 1 },
  });
  expect(callsFor(request.instance.id)).toEqual(['PUT', 'GET', 'PUT', 'DELETE']);
});

test("another's rows look as if they were not there; an operator sees them", async () => {
  const { ada, line } = await buy('private');
  const request = await final(ada, line);
  const ids = { request: request.id, instance: request.instance.id, line: line.orderLineId };
  const hidden = { provisioningRequest: null, productInstance: null };
  const eve = await house.ask(person('provisioning:read:own'), look, { ...ids, owner: ada.id });
  expect(eve).toMatchObject({
    ...hidden,
    productInstances: { nodes: [] },
    _entities: [
      { provisioningRequests: [], productInstances: { nodes: [] } },
      { productInstances: { nodes: [] } },
    ],
  });
  for (const caller of [ada, operator]) {
    const seen = await house.ask(caller, look, { ...ids, owner: ada.id });
    expect(seen).toMatchObject({
      provisioningRequest: { id: request.id },
      productInstance: { id: request.instance.id },
      _entities: [
        { provisioningRequests: [{ id: request.id }], productInstances: { nodes: [{}] } },
        { productInstances: { nodes: [{ id: request.instance.id }] } },
      ],
    });
  }
});

test('a person may not call what is for siblings', async () => {
  const input = { ...purchase(person().id), lines: [], idempotencyKey: 'eve' };
  const { orderId, ownerId, lines, idempotencyKey } = input;
  await expect(
    house.ask(person('inventory:write'), reserve, {
      input: { orderId, ownerId, lines, idempotencyKey },
    }),
  ).rejects.toThrow('FORBIDDEN');
});

const availability = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on ProductVariant { sku availability { status quantity } } }
}`;
const reserve = `mutation ($input: ReserveStockInput!) {
  reserveStock(input: $input) { userErrors { code } }
}`;
const history = `query ($id: ID!) {
  productInstance(id: $id) {
    status
    requests(first: 5) { nodes { action status progress tasks { key } } }
    history(first: 100) { nodes { sequence type message requestStatus instanceStatus } }
  }
}`;
const look = `query ($request: ID!, $instance: ID!, $line: ID!, $owner: ID!) {
  provisioningRequest(id: $request) { id }
  productInstance(id: $instance) { id }
  productInstances(first: 1) { nodes { id } }
  _entities(representations: [
    { __typename: "OrderLine", id: $line }, { __typename: "User", id: $owner }
  ]) {
    ... on OrderLine { provisioningRequests { id } productInstances { nodes { id } } }
    ... on User { productInstances(first: 5) { nodes { id } pageInfo { hasNextPage } } }
  }
}`;

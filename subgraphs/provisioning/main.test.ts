import type { Principal } from '#auth';
import { createPostgresBus, openPool, Bell } from '#events';
import { makeOwnerlessId } from '#ids';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Json } from './domain/json.ts';
import { parseTemplate } from './domain/parse-template.ts';
import { startHouse } from './testing/house.ts';
import { machinesToken, startMachines, until } from './testing/machines.ts';
import { openStage, orders, person, purchase } from './testing/stage.ts';

const stage = await openStage(inject('postgresUrl'));
const machines = await startMachines();
const house = await startHouse({
  PROVISIONING_DATABASE_URL: stage.databaseUrl,
  EVENTS_DATABASE_URL: stage.eventsDatabaseUrl,
  DOWNSTREAM_MACHINES_URL: machines.url,
  DOWNSTREAM_MACHINES_TOKEN: machinesToken,
  PROVISIONING_INITIAL_STOCK: '1000',
});
const { store, streams } = stage.parts;
const sku = 'aws:m7i.large:us-east-1';
const operator = person('provisioning:read');

beforeAll(async () => {
  const pool = openPool(stage.eventsDatabaseUrl, console.error);
  const event = {
    specversion: '1.0',
    id: randomUUID(),
    source: 'catalogue',
    type: 'product.saved',
    time: new Date().toISOString(),
    actor: 'svc_catalogue',
    data: { productId: makeOwnerlessId('prd', new Date()), slug: 'aws-m7i-large', skus: [sku] },
  };
  const bus = createPostgresBus(pool, new Bell());
  await bus.append('catalogue', 0, []); // makes the log known
  await bus.append('catalogue', 0, [{ position: 1, event: JSON.stringify(event) }]);
  await pool.end();
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await machines[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
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
  await start(line, 'unpaid', 'cloud-machine');
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
  await until(async () => ((await cancel(line)) as { undone: boolean }).undone);
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

describe('a process that ends', () => {
  test.each([
    ['SIGKILL', null],
    ['SIGTERM', 0],
  ] as const)('by %s in mid-task goes on where it was', async (signal, code) => {
    const { ada, line } = await buy(`hold-${signal}`);
    await until(async () => {
      const found = await store.findRequestsOfLines(ada, [line.orderLineId]);
      return found.some(({ instanceId }) => machines.find(instanceId));
    });
    expect(await house.end(signal)).toBe(code);
    machines.release(`hold-${signal}`);
    await house.start();
    const request = await final(ada, line);
    expect(request).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
    expect(request.tasks[1]).toMatchObject({ key: 'create-machine', attempts: 1 });
    expect(callsFor(request.instance.id).filter((method) => method === 'PUT')).toHaveLength(1);
    const types = await typesOf(line.orderId);
    expect(types.filter((type) => type === 'task.succeeded')).toHaveLength(3);
    expect(types.filter((type) => type === 'request.succeeded')).toHaveLength(1);
  });

  test('again and again, among many purchases, makes each machine once', async () => {
    const bought = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => await buy(n % 4 === 3 ? `fail-${n}` : `web-${n}`)),
    );
    for (let kills = 0; kills < 3; kills++) {
      await house.end('SIGKILL');
      await house.start();
    }
    for (const [n, { ada, line }] of bought.entries()) {
      const request = await final(ada, line);
      expect(request.status).toBe(n % 4 === 3 ? 'COMPENSATED' : 'SUCCEEDED');
      expect(callsFor(request.instance.id).filter((method) => method === 'PUT')).toHaveLength(1);
      const types = await typesOf(line.orderId);
      expect(types.filter((type) => /^request\.(succeeded|compensated)$/.test(type))).toHaveLength(
        1,
      );
    }
  });
});

describe('watching', () => {
  test('begins with the state, goes on with each event, and resumes after a cursor', async () => {
    const ada = person();
    const line = purchase(ada.id);
    const updates = await house.watch(ada, watchOrder, { orderId: line.orderId });
    const first = await next(updates);
    expect(first).toMatchObject({ event: null, request: null, instance: null });
    await buyLine(line, 'watched');
    const seen = [];
    for (let type = ''; type !== 'request.succeeded';) {
      const update = await next(updates);
      seen.push(update);
      type = update.event?.type ?? '';
    }
    await updates.return?.();
    expect(seen.map(({ event }) => event?.sequence)).toEqual(seen.map((_, index) => index + 1));
    expect(seen.at(-1)).toMatchObject({
      request: { status: 'SUCCEEDED', progress: 1, orderLine: { id: line.orderLineId } },
      instance: { status: 'ACTIVE' },
    });

    const since = seen[3]?.cursor;
    const resumed = await house.watch(ada, watchOrder, { orderId: line.orderId, since });
    const again = [];
    for (const expected of seen.slice(4)) {
      const update = await next(resumed);
      again.push([update.event?.sequence, expected.event?.sequence]);
    }
    expect(again.every(([got, expected]) => got === expected)).toBe(true);
    await resumed.return?.();
  });

  test("another's order, request and instance are not found", async () => {
    const { ada, line } = await buy('mine');
    const request = await final(ada, line);
    const eve = person('provisioning:read:own');
    for (const subject of [
      { orderId: line.orderId },
      { requestId: request.id },
      { instanceId: request.instance.id },
    ]) {
      const updates = await house.watch(eve, watchAny, subject);
      expect(await refusalCode(updates)).toBe('NOT_FOUND');
    }
  });

  test.each([{}, { orderId: 'ord_1', requestId: 'prq_1' }])('%j is not one id', async (subject) => {
    const updates = await house.watch(person(), watchAny, subject);
    expect(await refusalCode(updates)).toBe('BAD_USER_INPUT');
  });
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

type Line = ReturnType<typeof purchase>;

interface RequestView {
  readonly id: string;
  readonly status: string;
  readonly tasks: readonly { readonly key: string }[];
  readonly instance: { readonly id: string };
}

async function buy(hostname: string, templateKey = 'cloud-machine') {
  const ada = person('provisioning:read:own');
  const line = purchase(ada.id);
  await buyLine(line, hostname, templateKey);
  return { ada, line };
}

async function buyLine(
  { orderId, ownerId, orderLineId }: Line,
  hostname: string,
  templateKey = 'cloud-machine',
): Promise<void> {
  await until(() => house.isReady().catch(() => false));
  const lines = [{ orderLineId, sku, quantity: 1 }];
  const input = { orderId, ownerId, lines, idempotencyKey: `${orderLineId}:reserve` };
  const { reserveStock } = await house.ask(orders, reserve, { input });
  expect(reserveStock).toEqual({ userErrors: [] });
  await start({ orderId, ownerId, orderLineId }, hostname, templateKey);
}

async function start(line: Line, hostname: string, templateKey: string): Promise<void> {
  const input = {
    ...line,
    sku,
    productName: 'm7i.large',
    quantity: 1,
    templateKey,
    configuration: { hostname },
    idempotencyKey: `${line.orderLineId}:start`,
  };
  const { startProvisioning } = await house.ask(
    orders,
    `mutation ($input: StartProvisioningInput!) {
      startProvisioning(input: $input) { requestIds userErrors { code } }
    }`,
    { input },
  );
  expect(startProvisioning).toMatchObject({ userErrors: [] });
}

async function cancel(line: Line): Promise<unknown> {
  const { cancelProvisioning } = await house.ask(
    orders,
    `mutation ($orderId: ID!, $ownerId: ID!, $orderLineId: ID!, $key: String!) {
      cancelProvisioning(
        orderId: $orderId, ownerId: $ownerId, orderLineId: $orderLineId, idempotencyKey: $key
      ) { undone userErrors { code } }
    }`,
    { ...line, key: `${line.orderLineId}:cancel` },
  );
  return cancelProvisioning;
}

/** The line's first request, once it is final. */
async function final(caller: Principal, { orderLineId }: Line): Promise<RequestView> {
  return await until(async () => {
    const data = await house.ask(caller, requestsOfLine, {
      of: [{ __typename: 'OrderLine', id: orderLineId }],
    });
    const [line] = data['_entities'] as { provisioningRequests: RequestView[] }[];
    const [request] = line?.provisioningRequests ?? [];
    const isFinal = !['PENDING', 'RUNNING', 'COMPENSATING'].includes(request?.status ?? 'PENDING');
    return isFinal ? request : null;
  });
}

function callsFor(id: string): string[] {
  return machines.calls.filter((call) => call.endsWith(id)).map((call) => call.split(' ')[0] ?? '');
}

/** What happened to the order, once the relay has numbered all of it. */
async function typesOf(orderId: string): Promise<string[]> {
  const events = await until(async () => {
    const page = await streams.page(`order:${orderId}`, 0, 100);
    const isWhole = page.some(({ event }) =>
      /^request\.(succ|fail|compensated|canc)/.test(event.type),
    );
    return isWhole && page;
  });
  return events.map(({ event }) => event.type);
}

interface UpdateView {
  readonly cursor: string;
  readonly event: { readonly type: string; readonly sequence: number } | null;
}

async function next(updates: Awaited<ReturnType<typeof house.watch>>): Promise<UpdateView> {
  const { value } = await updates.next();
  expect(value?.errors).toBeUndefined();
  return value?.data?.['provisioningUpdated'] as UpdateView;
}

/** A subscription is refused by a first result with errors, or by an error. */
async function refusalCode(updates: Awaited<ReturnType<typeof house.watch>>): Promise<unknown> {
  const errors = await updates.next().then(
    ({ value }) => value?.errors,
    (thrown: unknown) => thrown as readonly { readonly extensions?: Record<string, unknown> }[],
  );
  return errors?.[0]?.extensions?.['code'];
}

const availability = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on ProductVariant { sku availability { status quantity } } }
}`;
const reserve = `mutation ($input: ReserveStockInput!) {
  reserveStock(input: $input) { userErrors { code message field } }
}`;
const requestsOfLine = `query ($of: [_Any!]!) {
  _entities(representations: $of) {
    ... on OrderLine {
      provisioningRequests {
        id action status progress version failure { code message taskKey }
        template { key version name actions }
        tasks { id key name kind status attempts startedAt finishedAt }
        instance { id status version sku configuration attributes variant { sku } owner { id } }
      }
    }
  }
}`;
const history = `query ($id: ID!) {
  productInstance(id: $id) {
    status
    requests(first: 5) { nodes { action status progress tasks { key } } }
    history(first: 100) { nodes { sequence type message requestStatus instanceStatus } }
  }
}`;
const watchAny = `subscription ($orderId: ID, $requestId: ID, $instanceId: ID) {
  provisioningUpdated(orderId: $orderId, requestId: $requestId, instanceId: $instanceId) { cursor }
}`;
const watchOrder = `subscription ($orderId: ID!, $since: String) {
  provisioningUpdated(orderId: $orderId, since: $since) {
    cursor at
    event { id sequence at type actor message requestStatus taskKey taskStatus data }
    request { id status progress orderLine { id } tasks { key status } }
    instance { id status attributes }
    task { key status }
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

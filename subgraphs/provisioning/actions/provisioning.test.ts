import { Forbidden } from '#auth';
import { randomUUID } from 'node:crypto';
import { afterAll, expect, inject, test } from 'vitest';
import { begin, completeTask, startTask, succeed } from '../domain/provisioning.ts';
import { until } from '../testing/machines.ts';
import { openStage, orders, person, purchase } from '../testing/stage.ts';
import { cancelProvisioning } from './cancel-provisioning.ts';
import { publishTemplates } from './publish-templates.ts';
import { startProvisioning } from './start-provisioning.ts';

const stage = await openStage(inject('postgresUrl'));
const { parts, database } = stage;
const { store, clock } = parts;
await publishTemplates(parts, ['machines']);
const ada = person();

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test('a template whose content has not changed is not published again', async () => {
  await Promise.all([publishTemplates(parts, ['machines']), publishTemplates(parts, ['machines'])]);
  expect(await database.provisioningTemplate.count()).toBe(1);
  const template = await store.findNewestTemplate('cloud-machine');
  expect(template).toMatchObject({ version: 1, actions: ['CREATE', 'TERMINATE'] });
});

test('a template that names no downstream system of ours is not published', async () => {
  await expect(publishTemplates(parts, ['printers'])).rejects.toMatchObject({
    code: 'TEMPLATE_INVALID',
    path: ['tasks', '1', 'system'],
  });
});

test('a template that has changed becomes the next version, and the old one stays', async () => {
  const template = { key: 'other', name: 'Other', actions: ['CREATE'] as const };
  const define = async (name: string) => {
    const tasks = [{ key: 'take', name, kind: 'RESERVE' }] as const;
    await store.publishTemplate({ ...template, tasks }, { tasks }, clock());
  };
  await define('Take');
  await define('Take it');
  await define('Take');
  expect(await store.findNewestTemplate('other')).toMatchObject({ version: 3 });
  const second = await store.findTemplate({ key: 'other', version: 2 });
  expect(second?.tasks).toEqual([{ key: 'take', name: 'Take it', kind: 'RESERVE' }]);
});

test('a line of two units becomes two instances, two requests and their events', async () => {
  const line = purchase(ada.id);
  const requestIds = await start(line, { quantity: 2 });
  const requests = await store.findRequestsOfLines(ada, [line.orderLineId]);
  expect(requests.map(({ id }) => id).toSorted()).toEqual([...requestIds].toSorted());
  expect(requests[0]).toMatchObject({
    action: 'CREATE',
    status: 'PENDING',
    progress: 0,
    template: { key: 'cloud-machine', version: 1 },
  });
  expect(requests[0]?.tasks.map(({ key, status }) => [key, status])).toEqual([
    ['reserve-stock', 'PENDING'],
    ['create-machine', 'PENDING'],
    ['record', 'PENDING'],
  ]);
  const events = await until(async () => {
    const page = await parts.streams.page(`order:${line.orderId}`, 0, 10);
    return page.length === 2 && page;
  });
  expect(events.map(({ event }) => event)).toMatchObject(
    requestIds.map((requestId) => ({
      type: 'request.created',
      source: 'provisioning',
      actor: 'svc_orders',
      data: { ...ids(line), requestId, action: 'CREATE', status: 'PENDING', progress: 0 },
    })),
  );
});

test('starting twice, even at once and with another key, starts once', async () => {
  const line = purchase(ada.id);
  const started = await Promise.all(
    ['one', 'one', 'two'].map(async (idempotencyKey) => await start(line, { idempotencyKey })),
  );
  expect(new Set(started.flat()).size).toBe(1);
  expect(await store.findRequestsOfLines(ada, [line.orderLineId])).toHaveLength(1);
});

test('an unknown template is refused, and the key stays free', async () => {
  const line = purchase(ada.id);
  const asked = { idempotencyKey: 'typo' };
  expect(
    await startProvisioning(parts, orders, { ...input(line), ...asked, templateKey: 'typo' }),
  ).toMatchObject({ code: 'UNKNOWN_TEMPLATE', field: ['templateKey'] });
  expect(await start(line, asked)).toHaveLength(1);
});

test('a line that was cancelled before it was heard of is never started', async () => {
  const line = purchase(ada.id);
  expect(await cancel(line)).toBe(true);
  expect(await startProvisioning(parts, orders, input(line))).toMatchObject({
    code: 'PROVISIONING_CANCELLED',
  });
  expect(await store.findRequestsOfLines(ada, [line.orderLineId])).toEqual([]);
});

test('starting and cancelling at once leave nothing that runs', async () => {
  const lines = Array.from({ length: 10 }, () => purchase(ada.id));
  const outcomes = await Promise.all(
    lines.map(async (line) => {
      const [, undone] = await Promise.all([
        startProvisioning(parts, orders, input(line)),
        cancel(line),
      ]);
      return undone;
    }),
  );
  expect(outcomes).toEqual(lines.map(() => true));
  const lineIds = lines.map(({ orderLineId }) => orderLineId);
  const requests = await store.findRequestsOfLines(ada, lineIds);
  expect(requests.filter(({ status }) => status !== 'CANCELLED')).toEqual([]);
});

test('a request that has not begun is cancelled at once, and its instance with it', async () => {
  const line = purchase(ada.id);
  const [requestId = ''] = await start(line);
  expect(await cancel(line)).toBe(true);
  const { request, instance } = await store.readProvisioning(requestId);
  expect([request.status, instance.status]).toEqual(['CANCELLED', 'CANCELLED']);
  expect(request.tasks.every(({ status }) => status === 'CANCELLED')).toBe(true);
});

test('a request that runs is asked to stop, once, and is not undone before it has', async () => {
  const line = purchase(ada.id);
  const [requestId = ''] = await start(line);
  await store.change(requestId, (found) => begin(found, clock()));
  expect([await cancel(line), await cancel(line, 'again')]).toEqual([false, false]);
  const { request } = await store.readProvisioning(requestId);
  expect(request).toMatchObject({ status: 'RUNNING', version: 3 });
  expect(request.cancelRequestedAt).not.toBeNull();
});

test('what is active is terminated by one request of its own', async () => {
  const line = purchase(ada.id);
  const [requestId = ''] = await start(line);
  for (const key of ['reserve-stock', 'create-machine', 'record']) {
    await store.change(requestId, (found) => startTask(begin(found, clock()), key, 1, clock()));
    await store.change(requestId, (found) => completeTask(found, key, {}, clock()));
  }
  await store.change(requestId, (found) => succeed(found, clock()));
  const outcomes = await Promise.all(
    ['one', 'two', 'three'].map(async (key) => await cancel(line, key)),
  );
  expect(outcomes).toEqual([false, false, false]);
  const requests = await store.findRequestsOfLines(ada, [line.orderLineId]);
  expect(requests).toMatchObject([
    { action: 'CREATE', status: 'SUCCEEDED', progress: 1 },
    { action: 'TERMINATE', status: 'PENDING', tasks: [{ key: 'delete-machine', kind: 'HTTP' }] },
  ]);
});

test('the reason of a cancellation is not its input', async () => {
  const line = purchase(ada.id);
  for (const reason of ['The purchase failed.', 'The order was cancelled.']) {
    expect(await cancel(line, 'same', reason)).toBe(true);
  }
});

test('a person may not start or cancel, however much they may do', async () => {
  const eve = person('provisioning:write');
  const line = purchase(ada.id);
  await expect(startProvisioning(parts, eve, input(line))).rejects.toThrow(Forbidden);
  await expect(cancelProvisioning(parts, eve, { ...line, idempotencyKey: 'eve' })).rejects.toThrow(
    Forbidden,
  );
});

test.each([
  ['orderLineId', { orderLineId: purchase(person().id).orderLineId }],
  ['orderId', { orderId: 'ord_1' }],
  ['ownerId', { ownerId: 'ada' }],
  ['quantity', { quantity: 0 }],
  ['configuration', { configuration: 'large' }],
])('a wrong %s is named', async (field, wrong) => {
  const asked = { ...input(purchase(ada.id)), ...wrong };
  await expect(startProvisioning(parts, orders, asked)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    field,
  });
});

type Line = ReturnType<typeof purchase>;

function input(line: Line) {
  return {
    ...line,
    sku: 'aws:m7i.large:us-east-1',
    productName: 'm7i.large',
    quantity: 1,
    templateKey: 'cloud-machine',
    configuration: {},
    idempotencyKey: randomUUID() as string,
  };
}

async function start(line: Line, more: Partial<ReturnType<typeof input>> = {}) {
  const outcome = await startProvisioning(parts, orders, { ...input(line), ...more });
  return outcome as readonly string[];
}

async function cancel(line: Line, key = 'cancel', reason = 'The order was cancelled.') {
  const idempotencyKey = `${line.orderLineId}:${key}`;
  return await cancelProvisioning(parts, orders, { ...line, reason, idempotencyKey });
}

function ids({ orderId, orderLineId }: Line) {
  return { orderId, orderLineId };
}

import { createLogger, type Running } from '#service';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import type { MachineView } from './machine.ts';
import { startSimulator } from './simulator.ts';

const token = 'a-token-for-tests';
const workMs = 1_000;
const order = { type: 'm7i.large', region: 'us-east-1' };
const folder = mkdtempSync(join(tmpdir(), 'downstream-simulator-'));
let files = 0;
let dataFile: string;
let now: Date;
let simulator: Running;

beforeEach(async () => {
  dataFile = join(folder, `${++files}`, 'machines.db');
  now = new Date('2026-11-25T12:00:00Z');
  simulator = await start();
});
afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a machine is accepted, made, and runs at an address of its own', async () => {
  expect(await put('one', { ...order, hostname: 'web-1', owner: 'ins_1' })).toMatchObject({
    status: 202,
    body: {
      id: 'one',
      type: 'm7i.large',
      region: 'us-east-1',
      hostname: 'web-1',
      image: null,
      owner: 'ins_1',
      state: 'creating',
      address: null,
      lastOperation: { type: 'create', state: 'in progress' },
      createdAt: '2026-11-25T12:00:00.000Z',
    },
  });

  pass(2 * workMs);
  expect(await call('GET', '/v1/machines/one')).toMatchObject({
    status: 200,
    body: {
      state: 'running',
      address: '10.0.0.1',
      lastOperation: { type: 'create', state: 'succeeded' },
    },
  });
});

test('each machine takes its own time, within 30 % of the usual', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `machine-${index}`);
  for (const id of ids) await put(id, order);

  const ready = async () => {
    const { body } = await list();
    return body.machines.filter(({ state }) => state === 'running').length;
  };
  pass(0.7 * workMs - 1);
  expect(await ready()).toBe(0);
  pass(0.3 * workMs);
  expect(await ready()).toBeGreaterThan(10);
  expect(await ready()).toBeLessThan(40);
  pass(0.3 * workMs + 1);
  expect(await ready()).toBe(50);
});

test('the same order again is the same machine', async () => {
  await put('one', { ...order, hostname: 'web-1' });
  expect(await put('one', { hostname: 'web-1', ...order })).toMatchObject({ status: 202 });
  pass(2 * workMs);
  expect(await put('one', { ...order, hostname: 'web-1' })).toMatchObject({
    status: 200,
    body: { state: 'running', createdAt: '2026-11-25T12:00:00.000Z' },
  });
  expect((await list()).body.machines).toHaveLength(1);
});

test('another order under the same id is a conflict, and changes nothing', async () => {
  await put('one', order);
  expect(await put('one', { ...order, region: 'eu-west-1' })).toMatchObject({
    status: 409,
    body: { code: 'CONFLICT', message: 'one was ordered before, and otherwise.' },
  });
  expect((await call('GET', '/v1/machines/one')).body).toMatchObject({ region: 'us-east-1' });
});

test('a hostname that begins with refuse is refused at once', async () => {
  expect(await put('one', { ...order, hostname: 'refuse-me' })).toMatchObject({
    status: 422,
    body: { code: 'HOSTNAME_REFUSED', message: 'No machine may be called refuse-me.' },
  });
  expect(await call('GET', '/v1/machines/one')).toMatchObject({ status: 404 });
});

test('a hostname that begins with fail is accepted, and its machine then fails', async () => {
  expect(await put('one', { ...order, hostname: 'fail-1' })).toMatchObject({ status: 202 });
  pass(2 * workMs);
  expect((await call('GET', '/v1/machines/one')).body).toMatchObject({
    state: 'failed',
    address: null,
    lastOperation: { type: 'create', state: 'failed', description: 'The machine did not boot.' },
  });
});

test.each(['web-1', 'fail-1'])(
  '%s is deleted in time, and deleting it again succeeds',
  async (hostname) => {
    await put('one', { ...order, hostname });
    pass(2 * workMs);
    expect(await call('DELETE', '/v1/machines/one')).toMatchObject({
      status: 202,
      body: { state: 'deleting', lastOperation: { type: 'delete', state: 'in progress' } },
    });
    expect(await call('DELETE', '/v1/machines/one')).toMatchObject({ status: 202 });

    pass(2 * workMs);
    const gone = { state: 'deleted', address: null, lastOperation: { state: 'succeeded' } };
    expect(await call('DELETE', '/v1/machines/one')).toMatchObject({ status: 200, body: gone });
    expect(await call('GET', '/v1/machines/one')).toMatchObject({ status: 200, body: gone });
  },
);

test('a machine may be deleted while it is made, and its id never makes another', async () => {
  await put('one', order);
  await call('DELETE', '/v1/machines/one');
  pass(2 * workMs);
  expect(await put('one', order)).toMatchObject({ status: 200, body: { state: 'deleted' } });
});

test.each(['GET', 'DELETE'])('%s of a machine never seen finds nothing', async (method) => {
  expect(await call(method, '/v1/machines/nobody')).toEqual({
    status: 404,
    body: { code: 'NOT_FOUND', message: 'No machine has the id nobody.' },
  });
});

test('machines are listed a hundred at a time, oldest first', async () => {
  for (let index = 1; index <= 101; index++) await put(`machine-${index}`, order);
  const first = await list();
  expect(first.body.machines.map(({ id }) => id).slice(0, 2)).toEqual(['machine-1', 'machine-2']);
  expect(first.body).toMatchObject({ next: 'machine-100' });
  expect((await list('machine-100')).body).toMatchObject({
    machines: [{ id: 'machine-101' }],
    next: null,
  });
});

test('a restart loses nothing, and work goes on meanwhile', async () => {
  await put('one', order);
  await put('two', order);
  await call('DELETE', '/v1/machines/two');
  await simulator[Symbol.asyncDispose]();
  pass(2 * workMs);
  simulator = await start();
  expect((await list()).body.machines).toMatchObject([
    { id: 'one', state: 'running', address: '10.0.0.1' },
    { id: 'two', state: 'deleted' },
  ]);
});

test.each([undefined, 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`, 'Bearer'])(
  '%s opens no door',
  async (authorization) => {
    const response = await fetch(`${simulator.url}/v1/machines`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
  },
);

test.each(['{', '[]', '"m7i.large"', 'null', ''])('%j is no order', async (body) => {
  expect(await call('PUT', '/v1/machines/one', body)).toMatchObject({
    status: 400,
    body: { code: 'INVALID_JSON' },
  });
});

test.each([
  [{ region: 'us-east-1' }, 'type must be given.'],
  [{ type: 'm7i.large' }, 'region must be given.'],
  [{ ...order, type: 7 }, 'type must be a text of 1 to 255 characters.'],
  [{ ...order, hostname: '-web' }, 'hostname must be 1 to 63 letters, digits and inner hyphens.'],
  [{ ...order, size: 'big' }, 'size is not known; send type, region, hostname, image, owner.'],
])('%j is refused, and told why', async (body, message) => {
  expect(await put('one', body)).toEqual({
    status: 400,
    body: { code: 'INVALID_REQUEST', message },
  });
});

test('a body that is too large is not read', async () => {
  expect(await put('one', { ...order, image: 'x'.repeat(70_000) })).toMatchObject({
    status: 413,
    body: { code: 'TOO_LARGE' },
  });
});

test('paths and methods that are not served are told apart', async () => {
  expect(await call('GET', '/v1/networks')).toMatchObject({ status: 404 });
  expect(await call('GET', '/v1/machines/what%20ever')).toMatchObject({ status: 404 });
  expect(await call('POST', '/v1/machines')).toMatchObject({
    status: 405,
    body: { code: 'METHOD_NOT_ALLOWED', message: '/v1/machines takes no POST.' },
  });
});

test.each(['live', 'ready'])('/health/%s needs no token', async (kind) => {
  const response = await fetch(`${simulator.url}/health/${kind}`);
  expect(response.status).toBe(200);
});

test('a file that cannot be written is named with its variable', async () => {
  await expect(start('/proc/machines.db')).rejects.toThrow('DOWNSTREAM_SIMULATOR_DATA: must name');
});

test('the environment says where and how', () => {
  const env = { DOWNSTREAM_SIMULATOR_DATA: 'machines.db', DOWNSTREAM_SIMULATOR_TOKEN: token };
  expect(readConfig(env)).toEqual({
    host: '127.0.0.1',
    port: 4_011,
    dataFile: 'machines.db',
    token,
    workMs: 1_500,
  });
});

async function start(file = dataFile): Promise<Running> {
  return await startSimulator({
    host: '127.0.0.1',
    port: 0,
    dataFile: file,
    token,
    workMs,
    clock: () => now,
    logger: createLogger('downstream-simulator'),
  });
}

function pass(ms: number): void {
  now = new Date(now.getTime() + ms);
}

async function put(id: string, body: unknown) {
  return await call('PUT', `/v1/machines/${id}`, JSON.stringify(body));
}

async function list(after?: string) {
  const query = after === undefined ? '' : `?after=${after}`;
  const { status, body } = await call('GET', `/v1/machines${query}`);
  return { status, body: body as { machines: MachineView[]; next: string | null } };
}

async function call(method: string, path: string, body?: string) {
  const response = await fetch(`${simulator.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, body: await response.json() };
}

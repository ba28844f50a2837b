import { Unavailable } from '#errors';
import { sendJson, serveHttp } from '#service';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openDownstream } from './downstream.ts';
import { makeResource, removeResource } from './resource.ts';

type Reply = readonly [status: number, body?: unknown] | 'hang up';

let replies: Reply[] = [];
let calls: string[] = [];
const server = await serveHttp({
  host: '127.0.0.1',
  port: 0,
  logger: console,
  routes: [
    (request, response, { pathname }) => {
      calls.push(`${request.method ?? ''} ${pathname}`);
      const reply = replies.shift() ?? [500];
      if (reply === 'hang up') request.socket.destroy();
      else sendJson(response, reply[0], reply[1]);
      return true;
    },
  ],
});
const downstream = openDownstream({
  machines: { url: `${server.url}/base/`, token: 'secret' },
  nobody: { url: 'http://127.0.0.1:1', token: 'secret' },
});
const machines = downstream.system('machines');
const order = {
  path: '/machines/1',
  lookupPath: '/machines/1/state',
  body: { size: 1 },
  poll: { firstDelayMs: 1, factor: 1, delayMsMax: 1 },
  timeoutMs: 5_000,
};
const put = 'PUT /base/machines/1';
const get = 'GET /base/machines/1/state';

afterEach(() => {
  expect(replies).toEqual([]);
  [replies, calls] = [[], []];
});

afterAll(async () => {
  await downstream[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

describe('making', () => {
  test('waits until the last operation has succeeded', async () => {
    replies = [
      [202, op('in progress')],
      [200, op('in progress')],
      [200, { ...op('succeeded'), a: 1 }],
    ];
    const outcome = await makeResource(machines, order, false);
    expect(outcome).toEqual({ kind: 'made', resource: { ...op('succeeded'), a: 1 } });
    expect(calls).toEqual([put, get, get]);
  });

  test('what is there at once needs no waiting', async () => {
    replies = [[201, { id: 1 }]];
    expect(await makeResource(machines, order, false)).toEqual({
      kind: 'made',
      resource: { id: 1 },
    });
  });

  test('what exists is not made again', async () => {
    replies = [[200, op('succeeded')]];
    expect(await makeResource(machines, order, true)).toMatchObject({ kind: 'made' });
    expect(calls).toEqual([get]);
  });

  test('what may exist and does not is made', async () => {
    replies = [[404], [200, op('succeeded')]];
    expect(await makeResource(machines, order, true)).toMatchObject({ kind: 'made' });
    expect(calls).toEqual([get, put]);
  });

  test.each([400, 401, 403, 404, 422, 302])('%i is a definite refusal', async (status) => {
    replies = [[status, { code: 'NO' }]];
    const detail = `${status} {"code":"NO"}`;
    expect(await makeResource(machines, order, false)).toEqual({ kind: 'refused', detail });
  });

  test.each([408, 409, 429, 500, 502, 503])('%i says nothing definite', async (status) => {
    replies = [[status, null]];
    expect(await makeResource(machines, order, false)).toMatchObject({ kind: 'unanswered' });
  });

  test('an operation that failed may have left something', async () => {
    replies = [
      [202, op('in progress')],
      [200, op('failed')],
    ];
    expect(await makeResource(machines, order, false)).toMatchObject({ kind: 'failed' });
  });

  test('a look that is refused does not mean that nothing was made', async () => {
    replies = [[202, op('in progress')], [403]];
    expect(await makeResource(machines, order, false)).toMatchObject({ kind: 'failed' });
  });

  test('what vanishes while it is made is in doubt', async () => {
    replies = [[202, op('in progress')], [404]];
    expect(await makeResource(machines, order, false)).toMatchObject({ kind: 'unanswered' });
  });

  test('what is being deleted will not be made', async () => {
    replies = [[200, op('in progress', 'delete')]];
    expect(await makeResource(machines, order, true)).toMatchObject({ kind: 'failed' });
  });

  test('an answer that was cut off is none', async () => {
    replies = ['hang up'];
    expect(await makeResource(machines, order, false)).toMatchObject({ kind: 'unanswered' });
  });

  test('where nobody listens there is no answer', async () => {
    const nobody = downstream.system('nobody');
    expect(await makeResource(nobody, order, false)).toMatchObject({
      kind: 'unanswered',
      detail: expect.stringContaining('ECONNREFUSED') as unknown,
    });
  });

  test('what is not finished in time is in doubt', async () => {
    replies = [[202, op('in progress')]];
    const hasty = { ...order, timeoutMs: 0 };
    expect(await makeResource(machines, hasty, false)).toMatchObject({ kind: 'unanswered' });
  });
});

describe('removing', () => {
  test('waits until it is gone', async () => {
    replies = [[202], [200, op('in progress', 'delete')], [200, op('succeeded', 'delete')]];
    await removeResource(machines, order);
    expect(calls).toEqual(['DELETE /base/machines/1', get, get]);
  });

  test('what was never made is gone', async () => {
    replies = [[404]];
    await removeResource(machines, order);
  });

  test.each([403, 409, 500])('is tried again after %i', async (status) => {
    replies = [[status]];
    await expect(removeResource(machines, order)).rejects.toThrow(Unavailable);
  });

  test('is tried again when it failed', async () => {
    replies = [[202], [200, op('failed', 'delete')]];
    await expect(removeResource(machines, order)).rejects.toThrow(Unavailable);
  });
});

test('a process that stops waits for nobody', async () => {
  const closing = openDownstream({ machines: { url: server.url, token: 'secret' } });
  const pause = closing.system('machines').pause(60_000);
  await closing[Symbol.asyncDispose]();
  await expect(pause).rejects.toThrow('aborted');
});

function op(state: string, type = 'create') {
  return { lastOperation: { type, state } };
}

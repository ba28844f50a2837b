import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { until } from './testing/machines.ts';
import { openScene } from './testing/scene.ts';

const scene = await openScene(inject('postgresUrl'));
const { machines, house, buy, final, callsFor, typesOf } = scene;
const { store } = scene.stage.parts;

beforeAll(async () => {
  await scene.publishProduct();
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
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

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openScene } from './testing/scene.ts';
import { person, purchase } from './testing/stage.ts';

const scene = await openScene(inject('postgresUrl'));
const { house, buy, final } = scene;

beforeAll(async () => {
  await scene.publishProduct();
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

describe('watching', () => {
  test('begins with the state, goes on with each event, and resumes after a cursor', async () => {
    const ada = person();
    const line = purchase(ada.id);
    const updates = await house.watch(ada, watchOrder, { orderId: line.orderId });
    const first = await next(updates);
    expect(first).toMatchObject({ event: null, request: null, instance: null });
    await scene.reserve(line);
    await scene.start(line, 'watched');
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

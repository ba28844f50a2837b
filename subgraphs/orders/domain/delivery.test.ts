import { expect, test } from 'vitest';
import { deliveryOf, type DeliveryRequest } from './delivery.ts';

const line = { id: 'oln_1', quantity: 2 };

function request(status: string, change: Partial<DeliveryRequest> = {}): DeliveryRequest {
  return {
    id: 'prq_1',
    orderLineId: 'oln_1',
    instanceId: 'ins_1',
    action: 'CREATE',
    status,
    progress: 0,
    failure: null,
    ...change,
  };
}

test.each([
  ['nothing told yet', [], 'UNDER_WAY'],
  ['one of two units told', [request('SUCCEEDED')], 'UNDER_WAY'],
  ['one unit still runs', [request('SUCCEEDED'), request('RUNNING')], 'UNDER_WAY'],
  ['one failed, one still runs', [request('COMPENSATED'), request('RUNNING')], 'UNDER_WAY'],
  ['all succeeded', [request('SUCCEEDED'), request('SUCCEEDED')], 'DELIVERED'],
  ['one failed', [request('SUCCEEDED'), request('COMPENSATED')], 'FAILED'],
  ['one was cancelled', [request('SUCCEEDED'), request('CANCELLED')], 'FAILED'],
])('%s', (_what, requests, delivery) => {
  expect(deliveryOf(line, requests)).toBe(delivery);
});

test("another line's requests, and those of other actions, do not count", () => {
  const others = [
    request('SUCCEEDED', { orderLineId: 'oln_2' }),
    request('SUCCEEDED', { action: 'TERMINATE' }),
  ];
  expect(deliveryOf(line, [...others, request('SUCCEEDED')])).toBe('UNDER_WAY');
});

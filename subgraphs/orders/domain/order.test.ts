import { Refusal } from '#errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advance,
  advanceLines,
  beginCapture,
  isAtRest,
  isCancellable,
  requestCancellation,
  totalOf,
  type Order,
  type OrderStatus,
} from './order.ts';

const noon = new Date('2026-11-25T12:00:00Z');
const usd = (amount: string) => ({ amount, currency: 'USD' });
const placed: Order = {
  id: 'ord_1',
  number: 'Q-2026-000001',
  ownerId: 'usr_ada',
  status: 'PLACED',
  currency: 'USD',
  lines: ['oln_1', 'oln_2'].map((id) => ({
    id,
    orderId: 'ord_1',
    sku: 'vm-small',
    productName: 'Small machine',
    quantity: 1,
    periods: 730,
    unitPrice: usd('0.0125'),
    recurrence: { period: 'HOUR', periodCount: 1 },
    total: usd('9.12'),
    configuration: null,
    templateKey: 'cloud-machine',
    status: 'PENDING',
  })),
  payments: [],
  paymentMethod: 'pm_card_visa',
  failure: null,
  version: 1,
  placedAt: new Date('2026-11-25T11:00:00Z'),
  updatedAt: new Date('2026-11-25T11:00:00Z'),
  completedAt: null,
  cancelRequestedAt: null,
  capturingAt: null,
};
const final: readonly OrderStatus[] = ['COMPLETED', 'PARTIALLY_COMPLETED', 'FAILED', 'CANCELLED'];
const every: readonly OrderStatus[] = [
  'PLACED',
  'AWAITING_PAYMENT',
  'HELD',
  'IN_PROGRESS',
  'CANCELLING',
  ...final,
];

describe('advancing', () => {
  test('moves the status, records when, and grows the version', () => {
    expect(advance(placed, 'IN_PROGRESS', noon)).toEqual({
      ...placed,
      status: 'IN_PROGRESS',
      version: 2,
      updatedAt: noon,
    });
  });

  test('to the same status changes nothing, not even the time', () => {
    expect(advance(placed, 'PLACED', noon)).toBe(placed);
  });

  test.each(final)('from %s goes nowhere', (status) => {
    for (const next of every) {
      if (next !== status) {
        expect(advance({ ...placed, status }, next, noon)).toBeInstanceOf(Refusal);
      }
    }
  });

  test('whatever the news and their order, an order that is at rest stays there', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...every), { maxLength: 30 }), (news) => {
        let order = placed;
        for (const status of news) {
          const next = advance(order, status, noon);
          if (isAtRest(order)) expect(next instanceof Refusal || next === order).toBe(true);
          if (next instanceof Refusal || next === order) continue;
          expect(next.version).toBe(order.version + 1);
          expect(next.completedAt).toEqual(isAtRest(next) ? noon : null);
          order = next;
        }
      }),
    );
  });
});

describe('lines', () => {
  test('move where they may, and the others stay', () => {
    const reserved = advanceLines(placed, ['oln_1'], 'RESERVED', noon);
    expect(reserved.lines.map(({ status }) => status)).toEqual(['RESERVED', 'PENDING']);
    expect(advanceLines(reserved, ['oln_1', 'oln_2'], 'COMPLETED', noon).lines).toMatchObject([
      { status: 'COMPLETED' },
      { status: 'PENDING' },
    ]);
  });

  test('that may not move leave the order as it is', () => {
    expect(advanceLines(placed, ['oln_1'], 'REFUNDED', noon)).toBe(placed);
    expect(advanceLines(placed, ['oln_9'], 'RESERVED', noon)).toBe(placed);
  });
});

describe('asking to cancel', () => {
  test('records when, and leaves the end to the purchase', () => {
    expect(requestCancellation(placed, noon)).toMatchObject({
      status: 'CANCELLING',
      cancelRequestedAt: noon,
      version: 2,
    });
  });

  test('twice keeps the first time', () => {
    const asked = { ...placed, cancelRequestedAt: placed.placedAt };
    expect(requestCancellation(asked, noon)).toBe(asked);
  });

  test.each(final)('is refused when the order is %s', (status) => {
    expect(requestCancellation({ ...placed, status }, noon)).toMatchObject({
      code: 'ORDER_STATUS',
    });
    expect(isCancellable({ ...placed, status })).toBe(false);
  });
});

describe('the point of no return', () => {
  test('is passed once', () => {
    const capturing = beginCapture(placed, noon);
    expect(capturing).toMatchObject({ capturingAt: noon });
    expect(beginCapture(capturing as Order, new Date())).toBe(capturing);
  });

  test('whichever comes first, cancelling or capturing, shuts out the other', () => {
    const capturing = beginCapture(placed, noon) as Order;
    const cancelling = requestCancellation(placed, noon) as Order;
    expect(requestCancellation(capturing, noon)).toBeInstanceOf(Refusal);
    expect(beginCapture(cancelling, noon)).toBeInstanceOf(Refusal);
  });
});

test('line totals sum to the order', () => {
  expect(totalOf(placed)).toEqual(usd('18.24'));
});

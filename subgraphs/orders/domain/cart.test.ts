import { Refusal } from '#errors';
import { sum } from '#money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addLine,
  changeLine,
  isOpenTo,
  newCart,
  problemsOf,
  problemsOfLine,
  recurringTotals,
  removeLine,
  reprice,
  totalOf,
  totalOfLine,
  type Cart,
  type CartLine,
} from './cart.ts';
import type { Offer } from './offer.ts';

const noon = new Date('2026-11-25T12:00:00Z');
const empty = newCart('crt_1', null, 'USD', noon);
const machine: Offer = {
  sku: 'vm-small',
  productName: 'Small machine',
  onSale: true,
  templateKey: 'cloud-machine',
  configurationFields: [],
  price: {
    unitPrice: { amount: '0.0042', currency: 'USD' },
    recurrence: { period: 'HOUR', periodCount: 1 },
  },
};
const shirt: Offer = {
  ...machine,
  sku: 'shirt-m',
  templateKey: null,
  price: { unitPrice: { amount: '19.90', currency: 'USD' }, recurrence: null },
};

describe('putting in', () => {
  test('keeps the price as it is, and counts the month for what costs by the hour', () => {
    const cart = filled(machine, 2);
    expect(cart.lines).toMatchObject([{ sku: 'vm-small', unitPrice: { amount: '0.0042' } }]);
    expect(totalOf(cart)).toEqual({ amount: '6.13', currency: 'USD' }); // 0.0042 × 730 × 2 = 6.132
    expect(recurringTotals(cart)).toEqual([
      { period: 'MONTH', periodCount: 1, total: { amount: '6.13', currency: 'USD' } },
    ]);
  });

  test('the same thing again adds to its line; configured otherwise it is another', () => {
    const twice = addLine(filled(machine, 1), 'cln_2', machine, 2, null) as Cart;
    expect(twice.lines).toMatchObject([{ id: 'cln_1', quantity: 3 }]);
    const other = addLine(twice, 'cln_3', machine, 1, { hostname: 'web-1' }) as Cart;
    expect(other.lines).toHaveLength(2);
  });

  test.each([
    ['what is not on sale', { ...machine, onSale: false }, 1, 'NOT_ON_SALE'],
    ['what has no price in the currency', { ...machine, price: null }, 1, 'NOT_SOLD_IN_CURRENCY'],
    ['none', machine, 0, 'QUANTITY'],
    ['less than none', machine, -1, 'QUANTITY'],
    ['too many', machine, 1_001, 'QUANTITY'],
  ])('%s is refused', (_what, offer, quantity, code) => {
    expect(addLine(empty, 'cln_1', offer, quantity, null)).toMatchObject({ code });
  });

  test('the hundred-and-first line is refused', () => {
    let cart: Cart = empty;
    for (let n = 0; n < 100; n++) cart = addLine(cart, `cln_${n}`, machine, 1, { n }) as Cart;
    expect(addLine(cart, 'cln_100', machine, 1, { n: 100 })).toMatchObject({ code: 'CART_FULL' });
  });
});

test('each change grows the version, and a line that is not there changes nothing', () => {
  const cart = filled(machine, 1);
  expect(changeLine(cart, 'cln_1', { quantity: 5 })).toMatchObject({ version: cart.version + 1 });
  expect(removeLine(cart, 'cln_1')).toMatchObject({ lines: [], version: cart.version + 1 });
  expect(changeLine(cart, 'cln_9', { quantity: 5 })).toMatchObject({ code: 'NOT_FOUND' });
  expect(removeLine(cart, 'cln_9')).toBeInstanceOf(Refusal);
});

test('a cart that was ordered from changes no more', () => {
  const ordered = { ...filled(machine, 1), ordered: true };
  const refused = { code: 'CART_ORDERED' };
  expect(addLine(ordered, 'cln_2', shirt, 1, null)).toMatchObject(refused);
  expect(changeLine(ordered, 'cln_1', { quantity: 2 })).toMatchObject(refused);
  expect(removeLine(ordered, 'cln_1')).toMatchObject(refused);
  expect(reprice(ordered, new Map())).toMatchObject(refused);
});

test("a guest's cart is anyone's who knows it; a person's is theirs alone; none outlives its end", () => {
  const mine = { ...empty, ownerId: 'usr_ada' };
  expect(isOpenTo(empty, null, noon)).toBe(true);
  expect(isOpenTo(empty, 'usr_ada', noon)).toBe(true);
  expect(isOpenTo(mine, 'usr_ada', noon)).toBe(true);
  expect(isOpenTo(mine, 'usr_eve', noon)).toBe(false);
  expect(isOpenTo(mine, null, noon)).toBe(false);
  expect(isOpenTo(empty, null, empty.expiresAt)).toBe(false);
});

describe('what stands in the way', () => {
  test.each([
    ['an empty cart', empty, ['CART_EMPTY']],
    [
      'less than can be charged',
      filled({ ...shirt, price: cheap('0.49') }, 1),
      ['AMOUNT_TOO_SMALL'],
    ],
    ['the least that can be charged', filled({ ...shirt, price: cheap('0.50') }, 1), []],
  ])('%s', (_what, cart, codes) => {
    expect(problemsOf(cart).map(({ code }) => code)).toEqual(codes);
  });

  test('of a line: gone, dearer, fewer', () => {
    const line = filled(machine, 3).lines[0]!;
    const codes = (offer: Offer | null, available: number | null) =>
      problemsOfLine(line, offer, available, []).map(({ code }) => code);
    expect(codes(machine, 3)).toEqual([]);
    expect(codes(null, null)).toEqual(['NOT_ON_SALE']);
    expect(codes({ ...machine, onSale: false }, null)).toEqual(['NOT_ON_SALE']);
    expect(codes({ ...machine, price: cheap('1') }, 2)).toEqual(['PRICE_CHANGED', 'OUT_OF_STOCK']);
    expect(codes({ ...machine, price: null }, null)).toEqual(['NOT_SOLD_IN_CURRENCY']);
  });

  test('repricing clears a price that has changed', () => {
    const dearer = { ...machine, price: cheap('0.005') };
    const cart = reprice(filled(machine, 1), new Map([[machine.sku, dearer]])) as Cart;
    expect(problemsOfLine(cart.lines[0]!, dearer, null, [])).toEqual([]);
  });
});

test('the total is the sum of its lines, each rounded once', () => {
  const line = fc.record({
    cents: fc.nat({ max: 1_000_000 }),
    quantity: fc.integer({ min: 1, max: 1_000 }),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (wanted) => {
      const lines = wanted.map(({ cents, quantity }, n): CartLine => ({
        ...filled(machine, 1).lines[0]!,
        id: `cln_${n}`,
        quantity,
        unitPrice: { amount: `0.${String(cents).padStart(6, '0')}`, currency: 'USD' },
      }));
      const cart = { ...empty, lines };
      expect(totalOf(cart)).toEqual(sum(lines.map(totalOfLine), 'USD'));
      const recurring = recurringTotals(cart).map(({ total }) => total);
      expect(sum(recurring, 'USD')).toEqual(totalOf(cart));
    }),
  );
});

function filled(offer: Offer, quantity: number): Cart {
  return addLine(empty, 'cln_1', offer, quantity, null) as Cart;
}

function cheap(amount: string) {
  return { unitPrice: { amount, currency: 'USD' }, recurrence: null };
}

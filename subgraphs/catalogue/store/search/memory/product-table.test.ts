import { expect, test } from 'vitest';
import { ProductTable, type ProductEntry } from './product-table.ts';

const lists = 20_000;

test('a product whose facts and offers grow and shrink for ever leaves room for the others', () => {
  let table = new ProductTable();
  table.put(entry(1, 3));
  for (let round = 0; round < lists; round += 1) {
    table.put(entry(2, round % 5));
    table = table.compacted();
  }
  table.put(entry(2, 4));
  for (const number of [1, 2]) {
    const { facts, offers } = entry(number, number === 1 ? 3 : 4);
    expect([...table.factsOf(number)]).toEqual(facts);
    expect(table.offers.entriesOf(number)).toEqual(offers);
  }
  expect(table.offers.spans.end).toBeLessThan(lists);
});

test('an offer that is told anew for ever, at other times each time, leaves nothing behind', () => {
  let table = new ProductTable();
  for (let round = 1; round <= lists; round += 1) {
    const { offers, ...product } = entry(1, 1);
    table.put({ ...product, offers: offers.map((offer) => ({ ...offer, until: round })) });
    table = table.compacted();
  }
  expect(table.offers.entriesOf(1)).toMatchObject([{ until: lists }]);
  expect(table.offers.terms.length).toBeLessThan(lists);
});

test('what is removed is neither held by its facts nor counted', () => {
  const table = new ProductTable();
  table.put(entry(1, 2));
  table.put(entry(40, 2));
  table.put({ ...entry(40, 1), status: 'RETIRED' });
  table.remove(1);
  table.remove(1);
  expect(table.holdersOfAny([0]).numbers()).toEqual([40]);
  expect(table.holdersOfAny([1]).numbers()).toEqual([]);
  expect([...table.countsOf(['ACTIVE'])]).toEqual([0, 0]);
  expect([...table.countsOf(['ACTIVE', 'RETIRED'])]).toEqual([1, 0]);
  expect(table.productsOf(['ACTIVE']).numbers()).toEqual([]);
  expect(table.productsOf(['RETIRED']).numbers()).toEqual([40]);
});

test('the holders of a fact are the same whether they are few or many', () => {
  const table = new ProductTable();
  const even = Array.from({ length: 500 }, (_, nth) => 2 * nth + 2);
  for (const number of even) table.put(entry(number, 1));
  table.put(entry(10_001, 2));
  for (const number of even.slice(1)) table.put(entry(number, 0));
  const all = table.productsOf(['ACTIVE']);
  expect(table.holdersOfAny([0, 1]).numbers()).toEqual([2, 10_001]);
  expect([0, 1].map((fact) => table.countHolders(fact, all))).toEqual([2, 1]);
});

/** With so many facts, and an offer for each. */
function entry(number: number, facts: number): ProductEntry {
  const places = Array.from({ length: facts }, (_, place) => place);
  return {
    number,
    status: 'ACTIVE',
    isManyfold: false,
    facts: places,
    offers: places.map((place) => ({
      facts: [place],
      currency: 'USD',
      from: -Infinity,
      until: place,
      amount: place === 0 ? null : place / 10,
    })),
  };
}

import { BadInput } from '#errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connection, pageRequest } from './connection.ts';

const rows = Array.from({ length: 7 }, (_, n) => `row-${n}`);

/** A list by key, as a store reads it: one more than the limit, after the cursor's key. */
function list(first: number | null, after: string | null) {
  const page = pageRequest('rows', { first, after });
  const later = rows.filter((row) => page.after === null || row > page.after);
  return connection('rows', page, later.slice(0, page.limit + 1), (row) => row);
}

test('page by page, every row comes once and in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), (first) => {
      const seen: string[] = [];
      for (let after: string | null = null, more = true; more;) {
        const { nodes, pageInfo }: ReturnType<typeof list> = list(first, after);
        seen.push(...nodes);
        after = pageInfo.endCursor;
        more = pageInfo.hasNextPage;
      }
      expect(seen).toEqual(rows);
    }),
  );
});

test('page by page from the end, every row comes once and in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), (last) => {
      const seen: string[] = [];
      for (let before: string | null = null, more = true; more;) {
        const page = pageRequest('rows', { last, before });
        const earlier = rows.filter((row) => page.after === null || row < page.after).toReversed();
        const read = earlier.slice(0, page.limit + 1);
        const { nodes, pageInfo } = connection('rows', page, read, (row) => row);
        expect(pageInfo.hasNextPage).toBe(before !== null);
        seen.unshift(...nodes);
        before = pageInfo.startCursor;
        more = pageInfo.hasPreviousPage;
      }
      expect(seen).toEqual(rows);
    }),
  );
});

test('both ways at once are refused', () => {
  expect(() => pageRequest('rows', { first: 1, last: 1 })).toThrow('`last`');
  expect(() => pageRequest('rows', { first: 1, before: 'x' })).toThrow('`before`');
  expect(() => pageRequest('rows', { last: 101 })).toThrow('`last` from 1');
});

test('twenty rows when nobody says how many, and no cursor on an empty page', () => {
  expect(pageRequest('rows', {})).toEqual({ limit: 20, after: null, backwards: false });
  expect(connection('rows', pageRequest('rows', {}), [], String).pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
});

test.each([0, -1, 101, 100_000])('`first: %i` is refused by its name', (first) => {
  expect(() => pageRequest('rows', { first })).toThrow('`first`');
});

test.each(['', 'x', Buffer.from('others row-1').toString('base64url')])(
  'a cursor of %j is refused by its name',
  (after) => {
    expect(() => pageRequest('rows', { after })).toThrow(BadInput);
  },
);

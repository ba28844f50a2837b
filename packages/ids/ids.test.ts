import fc from 'fast-check';
import { TypeID, typeid } from 'typeid-js';
import { expect, test } from 'vitest';
import {
  bucketCount,
  bucketOf,
  bucketOfOwner,
  formatId,
  makeId,
  makeOwnerlessId,
  parseId,
  rowKey,
} from './ids.ts';

const prefix = fc.stringMatching(/^[a-z]([a-z_]{0,20}[a-z])?$/);
const owner = fc.uuid().map((uuid) => formatId('usr', uuid));
const instant = fc.date({ min: new Date(0), max: new Date(2 ** 48 - 1), noInvalidDate: true });
const someone = 'usr_01h455vb4pex5vsknk084sn02q';
const random = fc.uint8Array({ minLength: 8, maxLength: 8 });

test('an id gives back its prefix, its time and the bucket of its owner', () => {
  fc.assert(
    fc.property(prefix, owner, instant, random, (kind, who, now, bytes) => {
      const parsed = parseId(makeId(kind, who, now, bytes));
      expect(parsed).toMatchObject({ prefix: kind, at: now, bucket: bucketOfOwner(who) });
      expect(parsed?.uuid).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ); // RFC 9562, version 7
    }),
    { numRuns: 2_000 },
  );
});

test('typeid-js reads what we write, and we read what it writes', () => {
  fc.assert(
    fc.property(prefix, owner, instant, random, (kind, who, now, bytes) => {
      const id = makeId(kind, who, now, bytes);
      expect(TypeID.fromString(id).toUUID()).toBe(parseId(id)!.uuid);
      expect(formatId(kind, parseId(id)!.uuid)).toBe(id);
    }),
    { numRuns: 2_000 },
  );
  for (let i = 0; i < 1_000; i++) {
    const theirs = typeid('ord');
    expect(parseId(theirs.toString())!.uuid).toBe(theirs.toUUID());
  }
});

test('ids sort by time, as text and as uuid', () => {
  fc.assert(
    fc.property(owner, owner, instant, instant, random, random, (a, b, early, late, x, y) => {
      fc.pre(early < late);
      const [first, second] = [makeId('ord', a, early, x), makeId('ord', b, late, y)];
      expect(first < second && parseId(first)!.uuid < parseId(second)!.uuid).toBe(true);
    }),
  );
});

test('every random bit that is asked for reaches the id', () => {
  fc.assert(
    fc.property(owner, instant, random, random, (who, now, x, y) => {
      const significant = (bytes: Uint8Array) =>
        Buffer.from(bytes.with(0, bytes[0]! & 0x3f)).toString('hex');
      expect(makeId('ord', who, now, x) === makeId('ord', who, now, y)).toBe(
        significant(x) === significant(y),
      );
    }),
  );
});

test('a text that is not an id is not read', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(
        parseId(text) === undefined ||
          formatId(parseId(text)!.prefix, parseId(text)!.uuid) === text,
      ).toBe(true);
    }),
  );
  const id = makeId('ord', someone, new Date(), new Uint8Array(8));
  for (const wrong of [
    id.toUpperCase(),
    id.slice(4),
    id.slice(0, -1),
    id + '0',
    id + '\n',
    id.replace(/_./, '_8'),
    id.replace(/.$/, 'u'),
    id.replace(/.$/, 'l'),
    `_${id}`,
    `Ord_${id.slice(4)}`,
    `ord__${id.slice(4)}`,
    formatId('ord', '00000000-0000-4000-8000-000000000000'),
  ])
    expect(parseId(wrong), wrong).toBeUndefined();
});

test('a hundred thousand ids at one instant are different', () => {
  const [who, now] = [someone, new Date()];
  expect(new Set(Array.from({ length: 100_000 }, () => makeId('ord', who, now))).size).toBe(
    100_000,
  );
});

test('owners fill the buckets evenly, whether their ids are random or counted', () => {
  const n = 200_000;
  for (const idOf of [
    () => makeId('usr', someone, new Date(0)),
    (i: number) => formatId('usr', `00000000-0000-7000-8000-${i.toString(16).padStart(12, '0')}`),
  ]) {
    const filled = new Uint32Array(bucketCount);
    for (let i = 0; i < n; i++) filled[bucketOfOwner(idOf(i))]!++;
    const mean = n / bucketCount;
    const chiSquare = filled.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    expect(Math.abs(chiSquare - bucketCount)).toBeLessThan(5 * Math.sqrt(2 * bucketCount));
  }
});

test('an owner keeps the bucket for ever', () => {
  expect(bucketOfOwner('usr_01h455vb4pex5vsknk084sn02q')).toBe(1784);
  expect(bucketOf('not an id')).toBeUndefined();
});

test('an id without an owner is an id all the same', () => {
  const at = new Date('2026-11-25T12:00:00Z');
  expect(parseId(makeOwnerlessId('prd', at))).toMatchObject({ prefix: 'prd', at });
});

test('a row is found by an id of its own kind alone', () => {
  const id = makeId('ord', someone, new Date());
  expect(rowKey('ord', id)).toEqual({ id: parseId(id)?.uuid, bucket: 1784 });
  expect(rowKey('ins', id)).toBeUndefined();
});

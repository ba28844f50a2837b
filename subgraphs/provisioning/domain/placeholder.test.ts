import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { fill, fillObject, fillPath, placeholdersIn } from './placeholder.ts';

const scope = {
  instance: { id: 'ins_1', skuParts: ['aws', 'm7i.large'] },
  configuration: { hostname: 'web', disk: { gib: 20 }, sly: '{{instance.id}}' },
};

test('a text that is one placeholder becomes the value itself', () => {
  expect(fill('{{configuration.disk}}', scope)).toEqual({ gib: 20 });
  expect(fill('{{configuration.disk.gib}}', scope)).toBe(20);
  expect(fill('{{instance.skuParts.1}}', scope)).toBe('m7i.large');
});

test('within a longer text the value stands as text', () => {
  expect(fill('machine {{instance.id}}!', scope)).toBe('machine ins_1!');
});

test('what is missing is left out', () => {
  const body = { a: '{{configuration.image}}', b: [1, '{{configuration.image}}'], c: { d: null } };
  expect(fillObject(body, scope)).toEqual({ b: [1], c: { d: null } });
});

test('what is filled in is never read again', () => {
  expect(fill('{{configuration.sly}}', scope)).toBe('{{instance.id}}');
});

test.each(['{{configuration.constructor.name}}', '{{__proto__}}', '{{configuration.disk.gib.x}}'])(
  '%s reaches nothing',
  (text) => {
    expect(fill(text, scope)).toBeUndefined();
  },
);

test('in a path, a value stays within its segment', () => {
  const odd = { instance: { id: '../a b?c#d' } };
  expect(fillPath('/v1/{{instance.id}}', odd)).toBe('/v1/..%2Fa%20b%3Fc%23d');
});

test('a value without placeholders is left as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const object = { value } as JsonObject;
      fc.pre(placeholdersIn(object).length === 0);
      expect(fillObject(object, {})).toEqual(object);
    }),
  );
});

test('a placeholder says where it stands', () => {
  expect(placeholdersIn({ a: [{ b: 'x {{p.q}}' }], c: '{{r}}' })).toEqual([
    { path: 'p.q', isWhole: false, at: ['a', '0', 'b'] },
    { path: 'r', isWhole: true, at: ['c'] },
  ]);
});

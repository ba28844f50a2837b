import { expect, test } from 'vitest';
import { authorizationOf, authorizationOfUpgrade, CsrfHeaderRequired } from './authorization.ts';

const cookie = 'theme=dark; __Host-access=a.b.c; x=y';
const csrf = { 'apollo-require-preflight': '1' };

test('the header speaks before the cookie, and alone', () => {
  expect(authorizationOf({ authorization: 'Bearer x', cookie })).toBe('Bearer x');
  expect(authorizationOf({ authorization: '', cookie })).toBe('');
  expect(authorizationOf({ authorization: 'Bearer x' })).toBe('Bearer x');
});

test('a cookie speaks only beside the header that other sites can not send', () => {
  expect(authorizationOf({ cookie, ...csrf })).toBe('Bearer a.b.c');
  expect(() => authorizationOf({ cookie })).toThrow(CsrfHeaderRequired);
  expect(() => authorizationOf({ cookie, 'apollo-require-preflight': '' })).toThrow(
    CsrfHeaderRequired,
  );
});

test.each([
  undefined,
  '',
  'theme=dark',
  '__Host-access=',
  'access=a.b.c',
  'x__Host-access=a.b.c',
  '__host-access=a.b.c',
])('without the access cookie nobody speaks: %s', (other) => {
  expect(authorizationOf(other === undefined ? {} : { cookie: other })).toBeUndefined();
});

test.each(['__Host-access=a.b.c', 'x=1;__Host-access=a.b.c', '__Host-access=a.b.c ; x=1'])(
  'the cookie is found wherever it is: %s',
  (other) => {
    expect(authorizationOf({ cookie: other, ...csrf })).toBe('Bearer a.b.c');
  },
);

test.each([
  ['https://shop.example', 'shop.example', true],
  ['https://shop.example:8443', 'shop.example:8443', true],
  ['http://127.0.0.1:4000', '127.0.0.1:4000', true],
  ['https://SHOP.example', 'Shop.Example', true],
  ['https://shop.example.evil.example', 'shop.example', false],
  ['https://evil.example', 'shop.example', false],
  ['https://shop.example:8443', 'shop.example', false],
  ['null', 'shop.example', false],
  [undefined, 'shop.example', false],
  ['https://shop.example', undefined, false],
])('a page of %s opens a socket to %s in the name of the cookie: %s', (origin, host, counts) => {
  const headers = { cookie, ...(origin && { origin }), ...(host && { host }) };
  expect(authorizationOfUpgrade(headers)).toBe(counts ? 'Bearer a.b.c' : undefined);
});

test('a socket without the cookie says nothing by its upgrade', () => {
  expect(
    authorizationOfUpgrade({ origin: 'https://shop.example', host: 'shop.example' }),
  ).toBeUndefined();
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, post, type Answer } from '../fixtures/ask.ts';
import { startStack, type Stack } from '../fixtures/stack.ts';

let stack: Stack;
let token: string;
beforeAll(async () => {
  stack = await startStack();
  token = await stack.sign('orders:read:own');
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const csrf = { 'apollo-require-preflight': '1' };

async function session(method: string, body: string | null, headers: object = csrf) {
  const response = await fetch(`${stack.url}/session`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  return {
    status: response.status,
    cookie: response.headers.get('set-cookie'),
    codes: text === '' ? [] : codesOf(JSON.parse(text) as Answer),
  };
}

const whoAmI = JSON.stringify({ query: '{ caller }' });

test('a session is a cookie that speaks for the token, until the token ends', async () => {
  const begun = await session('POST', JSON.stringify({ accessToken: token }));
  expect(begun.status).toBe(204);
  const [value = '', ...attributes] = begun.cookie?.split('; ') ?? [];
  expect(value).toBe(`__Host-access=${token}`);
  const maxAge = Number(attributes.pop()?.replace('Max-Age=', ''));
  expect(attributes).toEqual(['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict']);
  expect(maxAge).toBeGreaterThan(800);
  expect(maxAge).toBeLessThanOrEqual(900);

  const answer = await post(stack.url, whoAmI, { cookie: value, ...csrf });
  expect(answer.data).toEqual({ caller: 'usr_ada by gateway: orders:read:own' });
});

test('the cookie alone does nothing: any page could make the browser send it', async () => {
  const cookie = `__Host-access=${token}`;
  const answer = await post(stack.url, whoAmI, { cookie });
  expect(answer.status).toBe(403);
  expect(answer.data).toBeUndefined();
  expect(codesOf(answer)).toEqual(['CSRF_HEADER_REQUIRED']);
  const byGet = await fetch(`${stack.url}/graphql?query={caller}`, { headers: { cookie } });
  expect(byGet.status).toBe(403);
});

test('who has no cookie, or sends a token besides, needs no such header', async () => {
  const anonymous = await post(stack.url, whoAmI, { cookie: 'theme=dark' });
  expect(anonymous.data).toEqual({ caller: 'anonymous by gateway: ' });
  const headers = { cookie: '__Host-access=none', authorization: `Bearer ${token}` };
  const known = await post(stack.url, whoAmI, headers);
  expect(known.data).toEqual({ caller: 'usr_ada by gateway: orders:read:own' });
});

test('a cookie with a wrong token is refused as the token is', async () => {
  const answer = await post(stack.url, whoAmI, { cookie: '__Host-access=a.b.c', ...csrf });
  expect(answer.status).toBe(401);
  expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
});

test('a session is ended by taking the cookie back, as often as one likes', async () => {
  const ended = await session('DELETE', null);
  expect(ended.status).toBe(204);
  expect(ended.cookie).toBe('__Host-access=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0');
});

test.each([
  ['without the header', 'POST', () => ({ accessToken: token }), {}, 403, 'CSRF_HEADER_REQUIRED'],
  ['that ends without the header', 'DELETE', () => undefined, {}, 403, 'CSRF_HEADER_REQUIRED'],
  ['of a wrong token', 'POST', () => ({ accessToken: 'a.b.c' }), csrf, 401, 'UNAUTHENTICATED'],
  ['of no token', 'POST', () => ({ accessToken: '' }), csrf, 401, 'UNAUTHENTICATED'],
  ['of a number', 'POST', () => ({ accessToken: 7 }), csrf, 400, 'BAD_USER_INPUT'],
  ['of nothing', 'POST', () => null, csrf, 400, 'BAD_USER_INPUT'],
  [
    'of a huge token',
    'POST',
    () => ({ accessToken: 'x'.repeat(5_000) }),
    csrf,
    400,
    'BAD_USER_INPUT',
  ],
  ['of a huge body', 'POST', () => ({ x: 'x'.repeat(50_000) }), csrf, 400, 'BAD_USER_INPUT'],
  ['that is asked for', 'PUT', () => undefined, csrf, 405, 'METHOD_NOT_ALLOWED'],
])('a session %s is refused', async (_name, method, body, headers, status, code) => {
  const text = JSON.stringify(body()) as string | undefined;
  const answer = await session(method, text ?? null, headers);
  expect(answer).toEqual({ status, cookie: null, codes: [code] });
});

test('an expired token begins no session', async () => {
  const expired = await stack.sign('', { exp: Math.floor(Date.now() / 1000) - 1 });
  const answer = await session('POST', JSON.stringify({ accessToken: expired }));
  expect(answer).toEqual({ status: 401, cookie: null, codes: ['UNAUTHENTICATED'] });
});

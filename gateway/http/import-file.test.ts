import { sendJson, type Route } from '#service';
import { createHash, randomBytes } from 'node:crypto';
import { request as open } from 'node:http';
import { Readable } from 'node:stream';
import type { Authenticate } from '#auth';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStack, type Stack } from '../fixtures/stack.ts';

const left = Promise.withResolvers<undefined>();
const arrived = Promise.withResolvers<undefined>();

/** A catalogue that says what it got, or does as the content type asks. */
const catalogue =
  (authenticate: Authenticate): Route =>
  async (incoming, response, { pathname }) => {
    if (pathname !== '/api/v1/catalogue-imports/files') return false;
    const { id, issuer, scopes } = await authenticate(incoming.headers.authorization);
    const { 'content-type': type, cookie = null } = incoming.headers;
    if (type === 'too/large') {
      incoming.resume();
      sendJson(response, 413, { code: 'CONTENT_TOO_LARGE' });
      return true;
    }
    if (type === 'waits/for-ever') {
      incoming.on('error', () => {
        left.resolve(undefined);
      });
      incoming.once('data', () => {
        arrived.resolve(undefined);
      });
      return true;
    }
    const hash = createHash('sha256');
    for await (const chunk of incoming as AsyncIterable<Buffer>) hash.update(chunk);
    const sha256 = hash.digest('hex');
    sendJson(response, 201, { type, cookie, sha256, caller: { id, issuer, scopes: [...scopes] } });
    return true;
  };

let stack: Stack;
let token: string;
beforeAll(async () => {
  stack = await startStack({ catalogueRoute: catalogue, rest: [] });
  token = await stack.sign('catalogue:write');
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function upload(headers: object, body: Buffer | Readable = Buffer.from('a,b')) {
  const answer = await request(`${stack.url}/api/v1/catalogue-imports/files`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', ...headers },
    body,
  });
  return { status: answer.statusCode, said: await answer.body.json() };
}

test('a file reaches the catalogue as it came, in the name of who sent it', async () => {
  const body = randomBytes(5_000_000);
  const { status, said } = await upload(
    { authorization: `Bearer ${token}` },
    Readable.from([body]),
  );
  expect(status).toBe(201);
  expect(said).toEqual({
    type: 'text/csv',
    cookie: null,
    sha256: createHash('sha256').update(body).digest('hex'),
    caller: { id: 'usr_ada', issuer: 'gateway', scopes: ['catalogue:write'] },
  });
});

test('the access cookie speaks with the header that no other site can send, and goes no further', async () => {
  const cookie = `__Host-access=${token}`;
  expect(await upload({ cookie })).toMatchObject({
    status: 403,
    said: { status: 403, code: 'CSRF_HEADER_REQUIRED' },
  });
  expect(await upload({ cookie, 'apollo-require-preflight': '1' })).toMatchObject({
    status: 201,
    said: { cookie: null, caller: { id: 'usr_ada' } },
  });
});

test('nobody else is let in', async () => {
  expect(await upload({})).toMatchObject({ status: 401, said: { code: 'UNAUTHENTICATED' } });
  expect(await upload({ authorization: 'Bearer none' })).toMatchObject({ status: 401 });
  const reader = await stack.sign('orders:read:own');
  expect(await upload({ authorization: `Bearer ${reader}` })).toMatchObject({
    status: 403,
    said: { code: 'FORBIDDEN', detail: expect.stringContaining('catalogue:write') as string },
  });
});

test('files are sent by POST alone', async () => {
  const answer = await fetch(`${stack.url}/api/v1/catalogue-imports/files`);
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('POST');
  expect(await answer.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
});

test('who sends more than is wanted hears that', async () => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'too/large' };
  expect(await upload(headers, randomBytes(20_000_000))).toEqual({
    status: 413,
    said: { code: 'CONTENT_TOO_LARGE' },
  });
});

test('when the client leaves, the catalogue is left', async () => {
  const leaving = open(`${stack.url}/api/v1/catalogue-imports/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'waits/for-ever' },
  });
  leaving.write('some of it');
  await arrived.promise;
  leaving.on('error', () => undefined);
  leaving.destroy();
  await left.promise;
});

test('without a catalogue, the answer says so', async () => {
  await stack.stop('catalogue');
  expect(await upload({ authorization: `Bearer ${token}` })).toMatchObject({
    status: 503,
    said: { code: 'SUBGRAPH_UNAVAILABLE' },
  });
});

import { serveHttp, type Route, type Running } from '#service';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silent } from '../fixtures/silent.ts';
import { forwardRoute } from './forward.ts';

const serve = (route: Route) =>
  serveHttp({ host: '127.0.0.1', port: 0, routes: [route], logger: silent });

/** What stands behind: it says what it got, or does as the path asks. */
const behind: Route = async (incoming, response, { pathname }) => {
  if (pathname === '/oauth/never') return true;
  if (pathname === '/oauth/half') {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setImmediate(() => response.destroy());
    return true;
  }
  if (pathname === '/oauth/waits') {
    response.once('close', () => {
      left.resolve(undefined);
    });
    arrived.resolve(undefined);
    return true;
  }
  const hash = createHash('sha256');
  for await (const chunk of incoming as AsyncIterable<Buffer>) hash.update(chunk);
  response.writeHead(201, {
    'set-cookie': ['a=1', 'b=2'],
    'x-kept': 'yes',
    connection: 'x-dropped',
    'x-dropped': 'no',
  });
  const { method, url, headers } = incoming;
  response.end(JSON.stringify({ method, url, headers, sha256: hash.digest('hex') }));
  return true;
};

const arrived = Promise.withResolvers<undefined>();
const left = Promise.withResolvers<undefined>();
let opened: AsyncDisposableStack;
let url: string;
beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const agent = new Agent({ headersTimeout: 500, bodyTimeout: 500 });
  opened.defer(() => agent.destroy());
  const identity: Running = opened.use(await serve(behind));
  const gone = await serve(behind);
  await gone[Symbol.asyncDispose]();
  const forwards = [
    { path: '/oauth', url: identity.url },
    { path: '/sso', url: gone.url },
  ];
  url = opened.use(await serve(forwardRoute(forwards, agent, silent))).url;
});
afterAll(async () => {
  await opened.disposeAsync();
});

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sha256: string;
}

test('bytes, path and headers go through as they came', async () => {
  const body = randomBytes(3_000_000);
  const answer = await request(`${url}/oauth/token?a=%2F&a=b`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'stripe-signature': 't=1,v1=0' },
    body,
  });
  expect(answer.statusCode).toBe(201);
  expect(await answer.body.json()).toMatchObject({
    method: 'PUT',
    url: '/oauth/token?a=%2F&a=b',
    headers: { 'stripe-signature': 't=1,v1=0', 'content-length': '3000000' },
    sha256: createHash('sha256').update(body).digest('hex'),
  });
  expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-kept': 'yes' });
  expect(answer.headers).not.toHaveProperty('x-dropped');
});

test('a body of unknown length is passed on while it comes', async () => {
  const chunks = Array.from({ length: 50 }, () => randomBytes(10_000));
  const answer = await request(`${url}/oauth`, { method: 'POST', body: Readable.from(chunks) });
  const { sha256 } = (await answer.body.json()) as Echo;
  expect(sha256).toBe(createHash('sha256').update(Buffer.concat(chunks)).digest('hex'));
});

test('what belongs to a connection stays there, and nobody says who he was forwarded for', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(
    [
      'GET /oauth HTTP/1.1',
      'host: shop.example',
      'connection: close, x-secret',
      'x-secret: 1',
      'x-forwarded-for: 8.8.8.8',
      'x-forwarded-proto: gopher',
      'forwarded: for=8.8.8.8',
      'te: trailers',
      '\r\n',
    ].join('\r\n'),
  );
  const answer = await text(socket);
  const { headers } = JSON.parse(
    answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1),
  ) as Echo;
  expect(headers).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'shop.example',
    'x-request-id': expect.any(String) as string,
  });
  expect(Object.keys(headers)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(x-secret|x-forwarded-proto|forwarded|te)$/)]),
  );
});

test.each(['/oauthority', '/', '/graphql', '/oauth/../internal', '/oauth/%2e%2e/internal'])(
  '%s goes nowhere',
  async (path) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 404/);
  },
);

test.each([
  ['/sso', 502],
  ['/oauth/never', 504],
])('%s is answered in JSON when nobody else answers', async (path, status) => {
  const answer = await request(url + path, { method: 'POST', body: 'x'.repeat(100_000) });
  expect(answer.statusCode).toBe(status);
  expect(await answer.body.json()).toMatchObject({
    errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
});

test('half an answer does not look whole', async () => {
  const { body } = await request(`${url}/oauth/half`);
  await expect(body.text()).rejects.toThrow();
});

test('who leaves is left', async () => {
  const leaving = new AbortController();
  const answer = request(`${url}/oauth/waits`, { signal: leaving.signal });
  await arrived.promise;
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await left.promise;
});

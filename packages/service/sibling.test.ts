import { createAuthorize, generateServiceKeyPair, importServiceKey } from '#auth';
import { Unavailable } from '#errors';
import { expect, test } from 'vitest';
import { serveHttp, type Route } from './http-server.ts';
import { sendJson } from './http-server.ts';
import { createLogger } from './logger.ts';
import { createSibling, SiblingRefused } from './sibling.ts';

const pair = await generateServiceKeyPair('orders');
const authorize = createAuthorize(await importServiceKey(pair.privateJwk), () => new Date());

async function siblingThat(route: Route) {
  const opened = new AsyncDisposableStack();
  const logger = createLogger('test');
  const server = opened.use(
    await serveHttp({ host: '127.0.0.1', port: 0, routes: [route], logger }),
  );
  const options = { name: 'catalogue', url: server.url, self: 'orders', authorize };
  return Object.assign(opened, opened.use(createSibling(options)));
}

test('the answer is given back, and the question comes with a token', async () => {
  await using sibling = await siblingThat((request, response) => {
    const { authorization } = request.headers;
    sendJson(response, 200, { data: { signed: authorization?.startsWith('Bearer ey') } });
    return true;
  });
  expect(await sibling.ask('{ signed }', {})).toEqual({ signed: true });
});

test('errors in the answer are told whole to us, and in a few words to the client', async () => {
  await using sibling = await siblingThat((_request, response) => {
    sendJson(response, 200, { errors: [{ message: 'relation "price" does not exist' }] });
    return true;
  });
  const error: unknown = await sibling.ask('{ x }', {}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SiblingRefused);
  expect((error as Error).message).not.toContain('price');
  expect(String((error as Error).cause)).toContain('price');
});

test.each([
  ['a read is asked again', '{ x }', 2],
  ['a mutation is not', 'mutation { x }', 1],
])('no answer came: %s', async (_what, query, asked) => {
  let times = 0;
  await using sibling = await siblingThat((request, response) => {
    if (++times === 1) request.socket.destroy();
    else sendJson(response, 200, { data: { x: 1 } });
    return true;
  });
  const answer = await sibling.ask(query, {}).catch((reason: unknown) => reason);
  expect(times).toBe(asked);
  if (asked === 1) expect(answer).toBeInstanceOf(Unavailable);
  else expect(answer).toEqual({ x: 1 });
});

test.each<[string, Route]>([
  [
    'it breaks',
    (_request, response) => {
      sendJson(response, 500, { errors: [{ message: 'down' }] });
      return true;
    },
  ],
  [
    'it hangs up',
    (request) => {
      request.socket.destroy();
      return true;
    },
  ],
  [
    'it talks nonsense',
    (_request, response) => {
      response.end('<html>');
      return true;
    },
  ],
])('when %s, it is unavailable', async (_what, route) => {
  await using sibling = await siblingThat(route);
  await expect(sibling.ask('{ x }', {})).rejects.toThrow(Unavailable);
});

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendJson, serveHttp, type HttpServer } from './http-server.ts';
import { createLogger } from './logger.ts';

let server: HttpServer;
beforeAll(async () => {
  server = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('test'),
    routes: [
      (_request, response, { pathname, search }) => {
        if (pathname !== '/here') return false;
        sendJson(response, 200, { search });
        return true;
      },
    ],
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** As bytes, since clients tidy addresses up. */
async function get(target: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  return await text(socket);
}

test('every request is answered by its own address', async () => {
  for (const search of ['', '?a=1', '?a=1', '?a=2', '']) {
    expect(await get(`/here${search}`)).toContain(`{"search":"${search}"}`);
  }
});

test('nothing is served elsewhere', async () => {
  expect(await get('/here/below')).toMatch(/^HTTP\/1.1 404/);
});

test('what is no address is refused', async () => {
  expect(await get('//')).toMatch(/^HTTP\/1.1 400/);
});

import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { openAsking } from './fixtures/ask.ts';
import { certificate as ca, key } from './fixtures/localhost.ts';
import { fine, fineText, send, startRawServer, withLength } from './fixtures/raw-server.ts';

const start = () =>
  startRawServer(send(fine), { cert: ca, key, ALPNProtocols: ['h2', 'http/1.1'] });

test('a subgraph is asked over TLS, by its name, in HTTP/1.1', async () => {
  await using server = await start();
  using asking = openAsking(server.url, { ca });
  const text = '日本'.repeat(100_000);
  server.replies.push(send(withLength(text)));
  expect(await asking.ask(text)).toBe(text);
  expect(await asking.ask()).toBe(fineText);
  expect(server.sockets).toHaveLength(1);
  const { alpnProtocol, servername } = server.sockets[0] as TLSSocket & { servername: unknown };
  expect([alpnProtocol, servername]).toEqual(['http/1.1', 'localhost']);
});

test('a certificate of its own making is not believed', async () => {
  await using server = await start();
  using asking = openAsking(server.url);
  await expect(asking.ask()).rejects.toMatchObject({
    message: 'it was not reached',
    isOutage: true,
    repeatable: 'nothing',
    cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  });
  expect(server.seen).toHaveLength(0);
});

test("another's certificate is not believed", async () => {
  await using server = await start();
  using asking = openAsking(new URL(server.url.href.replace('localhost', '127.0.0.1')), { ca });
  await expect(asking.ask()).rejects.toMatchObject({
    cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  });
  expect(server.seen).toHaveLength(0);
});

test('a server that never answers the handshake is not waited for', async () => {
  await using silent = await startRawServer(); // it waits for the end of a request
  const url = new URL(silent.url.href.replace('http:', 'https:'));
  using asking = openAsking(url, { ca, connectTimeoutMs: 100 });
  await expect(asking.ask()).rejects.toMatchObject({
    message: 'it was not reached',
    isOutage: true,
    repeatable: 'nothing',
    cause: { code: 'HTTP_CONNECT_TIMEOUT' },
  });
});

test('a server that speaks no TLS is not reached', async () => {
  await using server = await startRawServer();
  using asking = openAsking(server.url);
  await asking.ask(); // it does speak HTTP
  using secure = openAsking(new URL(server.url.href.replace('http:', 'https:')), { ca });
  const asked = secure.ask();
  while (server.sockets.length < 2) await new Promise(setImmediate);
  server.sockets[1]!.write('HTTP/1.1 400 Bad Request\r\n\r\n');
  await expect(asked).rejects.toMatchObject({ message: 'it was not reached' });
});

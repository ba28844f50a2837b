import { expect, test } from 'vitest';
import { openAsking } from './fixtures/ask.ts';
import { fineText, startRawServer } from './fixtures/raw-server.ts';

test('a request is its head and its body', async () => {
  await using server = await startRawServer();
  using asking = openAsking(new URL(`${server.url.href}?of=orders`));
  await asking.ask('{"query":"{ id }"}', { headers: ['Accept', 'a/b', 'x-a', ' \t\u{e9}~'] });
  expect(server.seen).toEqual([
    {
      connection: 0,
      text: [
        'POST /graphql?of=orders HTTP/1.1',
        `host: ${server.url.host}`,
        'Accept: a/b',
        'x-a:  \t\u{e9}~',
        'content-length: 18',
        '',
        '{"query":"{ id }"}',
      ].join('\r\n'),
    },
  ]);
});

test.each([
  ['no body', '', 'plain'],
  ['ASCII', 'a\r\n\0\x7f', 'plain'],
  ['Latin letters', 'é', 'plain'],
  ['other letters', '日本 – 🚀', 'plain'],
  ['other letters after Latin ones in a header', '日本 – 🚀', 'caf\u{e9}'],
  ['half a letter, which UTF-8 has none for', '\ud83d', 'plain'],
  ['a large body', '日'.repeat(100_000), 'plain'],
])('a body is sent in UTF-8, whole: %s', async (_name, body, value) => {
  await using server = await startRawServer();
  using asking = openAsking(server.url);
  expect(await asking.ask(body, { headers: ['x-a', value] })).toBe(fineText);
  const [head = '', sent = ''] = server.seen[0]!.text.split(/\r\n\r\n([^]*)/);
  expect(head).toContain(`x-a: ${value}\r\n`);
  expect(Buffer.from(sent, 'latin1')).toEqual(Buffer.from(body));
  expect(await asking.ask()).toBe(fineText);
  expect(server.sockets).toHaveLength(1);
});

test.each([
  ['x-a', 'b\r\nx-admin: yes'],
  ['x-a', 'b\n'],
  ['x-a', 'b\r'],
  ['x-a', 'b\0'],
  ['x-a', '\x7f'],
  ['x-a', '日'],
  ['x-a\r\nx-admin', 'yes'],
  ['x a', 'b'],
  ['x-a:', 'b'],
  ['', 'b'],
  ['content-length', '0'],
  ['Transfer-Encoding', 'chunked'],
  ['Connection', 'close'],
  ['host', 'elsewhere'],
])('what HTTP can not carry is not sent: %j: %j', async (name, value) => {
  await using server = await startRawServer();
  using asking = openAsking(server.url);
  await expect(asking.ask('', { headers: ['x-b', 'c', name, value] })).rejects.toMatchObject({
    isOutage: false,
    repeatable: 'nothing',
    cause: { code: 'HTTP_NOT_SENDABLE' },
  });
  expect(server.sockets).toHaveLength(0);
});

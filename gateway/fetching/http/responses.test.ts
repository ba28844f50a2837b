import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAsking, type Asking } from './fixtures/ask.ts';
import {
  closed,
  fine,
  fineText,
  send,
  sendAndClose,
  startRawServer,
  withLength,
  type RawReply,
  type RawServer,
} from './fixtures/raw-server.ts';

let server: RawServer;
let asking: Asking;

beforeEach(async () => {
  server = await startRawServer();
  asking = openAsking(server.url, { bytesMax: 1_000 });
});
afterEach(async () => {
  asking[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`;

test.each<[string, string, string]>([
  ['of a length', withLength('fine'), 'fine'],
  ['of no length', withLength(''), ''],
  ['of names in capitals', `${ok}CONTENT-LENGTH:4\r\n\r\nfine`, 'fine'],
  ['of spaces and tabs around values', `${ok}content-length: \t4\t \r\n\r\nfine`, 'fine'],
  ['of a status without words', 'HTTP/1.1 200\r\ncontent-length: 4\r\n\r\nfine', 'fine'],
  ['in chunks', `${chunked}3\r\nfin\r\n001\r\ne\r\n0\r\n\r\n`, 'fine'],
  ['in chunks with extensions', `${chunked}4 ; a=1;b="c"\r\nfine\r\n0;last\r\n\r\n`, 'fine'],
  ['in chunks with trailers', `${chunked}4\r\nfine\r\n0\r\na: 1\r\nb: 2\r\n\r\n`, 'fine'],
  ['in no chunks', `${chunked}0\r\n\r\n`, ''],
  ['after others', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103\r\na: b\r\n\r\n${fine}`, fineText],
  ['of long headers', withLength('fine', `a: ${'b'.repeat(60_000)}\r\n`), 'fine'],
])('an answer %s is taken, and its connection kept', async (_name, answer, text) => {
  server.replies.push(send(answer));
  expect(await asking.ask()).toBe(text);
  expect(await asking.ask()).toBe(fineText);
  expect(server.sockets).toHaveLength(1);
});

test.each<[string, RawReply, string]>([
  ['that says so', send(withLength('fine', 'connection: close\r\n')), 'fine'],
  ['among others', send(withLength('fine', 'connection: foo, Close\r\n')), 'fine'],
  ['of HTTP/1.0', send('HTTP/1.0 200 OK\r\ncontent-length: 4\r\n\r\nfine'), 'fine'],
  ['that ends with it', sendAndClose(`${ok}\r\nfine`), 'fine'],
  ['that more follows', send(`${withLength('fine')}HTTP/1.1 `), 'fine'],
  ['that another follows', send(fine + withLength('other')), fineText],
  ['in chunks that more follows', send(`${chunked}4\r\nfine\r\n0\r\n\r\n!`), 'fine'],
])('after an answer %s the connection is closed', async (_name, reply, text) => {
  server.replies.push(reply);
  expect(await asking.ask()).toBe(text);
  await closed(server.sockets[0]);
  expect(await asking.ask()).toBe(fineText);
  expect(server.sockets).toHaveLength(2);
});

test.each([204, 304])('an answer of status %d has no body', async (status) => {
  server.replies.push(send(`HTTP/1.1 ${status} Nothing\r\ncontent-length: 4\r\n\r\n`));
  const asked = asking.ask();
  if (status === 204) expect(await asked).toBe('');
  else await expect(asked).rejects.toThrow('it answered 304: ');
  expect(await asking.ask()).toBe(fineText);
  expect(server.sockets).toHaveLength(1);
});

const length = 'content-length: 4\r\n';
const tooLong = 'a'.repeat(70_000);

test.each<[string, string, string?]>([
  ['of another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['of a few wrong letters', 'HTML'],
  ['of HTTP/2', 'HTTP/2 200\r\n\r\n'],
  ['of a status that is no number', 'HTTP/1.1 2OO OK\r\n\r\n'],
  ['of a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['that changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n'],
  ['with a header that has no colon', `${ok}content-length 4\r\n\r\nfine`],
  ['with a header of no name', `${ok}: 4\r\n\r\nfine`],
  ['with a space before a colon', `${ok}content-length : 4\r\n\r\nfine`],
  ['with a folded header', `${ok}a: b\r\n c\r\n${length}\r\nfine`],
  ['with a NUL in a header', `${ok}a: \0\r\n${length}\r\nfine`],
  ['with a lone carriage return', `${ok}a: b\rc: d\r\n${length}\r\nfine`],
  ['with lone line feeds', 'HTTP/1.1 200 OK\ncontent-length: 4\n\nfine'],
  ['of two lengths', `${ok}${length}content-length: 5\r\n\r\nfine`],
  ['of one length twice', `${ok}${length}${length}\r\nfine`],
  ['of a list of lengths', `${ok}content-length: 4, 4\r\n\r\nfine`],
  ['of a negative length', `${ok}content-length: -4\r\n\r\nfine`],
  ['of a length in hexadecimal', `${ok}content-length: 0x4\r\n\r\nfine`],
  ['of an empty length', `${ok}content-length:\r\n\r\nfine`],
  ['of a length after a strange space', `${ok}content-length: \u{a0}4\r\n\r\nfine`],
  ['of a length and in chunks', `${ok}${length}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['in chunks and of a length', `${ok}transfer-encoding: chunked\r\n${length}\r\n0\r\n\r\n`],
  ['in chunks of chunks', `${ok}transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
  ['in chunks twice', `${ok}${'transfer-encoding: chunked\r\n'.repeat(2)}\r\n0\r\n\r\n`],
  ['in compressed chunks', `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ['of an unknown encoding', `${ok}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['in chunks by HTTP/1.0', 'HTTP/1.0 200\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['in chunks of no size', `${chunked}\r\n`],
  ['in chunks of a strange size', `${chunked}4g\r\nfine\r\n0\r\n\r\n`],
  ['in chunks of a negative size', `${chunked}-4\r\nfine\r\n0\r\n\r\n`],
  ['in chunks of a size that is no end of', `${chunked}FFFFFFFFFFFFFFFFF`],
  ['in chunks that begin with text', `${chunked}{"data":`],
  ['in chunks that are longer than they say', `${chunked}3\r\nfine\r\n0\r\n\r\n`],
  ['in chunks that end in a line feed', `${chunked}4\nfine\n0\n\n`],
  ['with a trailer that is none', `${chunked}0\r\nfine\r\n\r\n`],
  ['of headers that have no end', `${ok}a: ${tooLong}`, 'HTTP_TOO_LONG'],
  ['of headers that are too long', withLength('', `a: ${tooLong}\r\n`), 'HTTP_TOO_LONG'],
  ['after too many others', 'HTTP/1.1 102\r\n\r\n'.repeat(5_000), 'HTTP_TOO_LONG'],
  ['of a length that is too long', `${ok}content-length: 1001\r\n\r\n`, 'HTTP_TOO_LONG'],
  ['that is too long', `${ok}\r\n${tooLong}`, 'HTTP_TOO_LONG'],
  ['in a chunk that is too long', `${chunked}FFFFFFF\r\n${tooLong}`, 'HTTP_TOO_LONG'],
  ['of too long extensions', `${chunked}1;a=${tooLong}`, 'HTTP_TOO_LONG'],
  ['of too long trailers', `${chunked}0\r\na: ${tooLong}`, 'HTTP_TOO_LONG'],
])('an answer %s is none, and its connection closed', async (_name, answer, code) => {
  server.replies.push((socket) => socket.write(answer, 'latin1'));
  await expect(asking.ask()).rejects.toMatchObject({
    repeatable: 'nothing',
    cause: { code: code ?? 'HTTP_MALFORMED' },
  });
  await closed(server.sockets[0]);
  expect(await asking.ask()).toBe(fineText);
});

test.each<[string, string]>([
  ['before it', ''],
  ['within its status', 'HTTP/1.1 2'],
  ['within its headers', `${ok}content-le`],
  ['before its body', `${ok}${length}\r\n`],
  ['within its body', `${ok}${length}\r\nfin`],
  ['before a chunk', chunked],
  ['within a chunk', `${chunked}4\r\nfin`],
  ['after a chunk', `${chunked}4\r\nfine\r\n`],
  ['before the end of all chunks', `${chunked}4\r\nfine\r\n0\r\n`],
])('an answer is none when the connection is closed %s', async (_name, answer) => {
  server.replies.push(sendAndClose(answer));
  await expect(asking.ask()).rejects.toMatchObject({
    message: 'it hung up',
    repeatable: 'queries',
    cause: { code: 'HTTP_CLOSED' },
  });
});

test('a reset while an answer comes is no end of it', async () => {
  server.replies.push((socket) => {
    socket.write(`${ok}\r\nfine`, () => socket.resetAndDestroy());
  });
  await expect(asking.ask()).rejects.toMatchObject({ message: 'it hung up' });
});

test('what comes when nobody asked is no answer to the next', async () => {
  expect(await asking.ask()).toBe(fineText);
  server.sockets[0]!.write(withLength('poison'));
  await closed(server.sockets[0]);
  expect(await asking.ask()).toBe(fineText);
  expect(server.sockets).toHaveLength(2);
});

import { Unavailable } from '#errors';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { GraphAnswer } from '../../execution/graph-answer.ts';
import { askAt, openDoor } from './fixtures/door.ts';

const nothing: GraphAnswer = { data: '{}', errors: [] };

test('data goes out as it is, whatever letters it has', async () => {
  const data = '{ "name" : "Zoë 🏃", "list":[ ] }';
  await using door = await openDoor(() => ({ data, errors: [] }));
  const { headers, body } = await askAt(door);
  const text = `{"data":${data}}`;
  expect(await body.text()).toBe(text);
  expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
});

test('errors come before the data that they explain', async () => {
  const errors = [{ message: 'No.', path: ['a'] }];
  await using door = await openDoor(() => ({ data: 'null', errors }));
  const { statusCode, body } = await askAt(door);
  expect(statusCode).toBe(200);
  expect(await body.text()).toBe('{"errors":[{"message":"No.","path":["a"]}],"data":null}');
});

test('what breaks is logged whole, and answered by its incident id alone', async () => {
  const cause = new Error('secret');
  await using door = await openDoor(() => {
    throw cause;
  });
  const { statusCode, body } = await askAt(door);
  expect(statusCode).toBe(500);
  const incident = expect.any(String) as string;
  expect(await body.json()).toEqual({
    errors: [
      { message: 'Something broke on our side.', extensions: { code: 'INTERNAL', incident } },
    ],
  });
  expect(door.errors).toEqual([{ incident, cause }]);
});

test('while good tokens cannot be told from bad ones, nothing is answered', async () => {
  const asked: string[] = [];
  await using door = await openDoor(
    ({ query }) => {
      asked.push(query);
      return nothing;
    },
    () => Promise.reject(new Unavailable('identity')),
  );
  const { statusCode, body } = await askAt(door);
  expect(statusCode).toBe(503);
  expect(await body.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
  expect(asked).toEqual([]);
});

test('a client that leaves before its answer does no harm', async () => {
  const isAsked = Promise.withResolvers<undefined>();
  const answer = Promise.withResolvers<GraphAnswer>();
  await using door = await openDoor(async ({ query }) => {
    if (query !== '{ slow }') return nothing;
    isAsked.resolve(undefined);
    return await answer.promise;
  });
  const leaving = new AbortController();
  const unanswered = askAt(door, { query: '{ slow }', signal: leaving.signal });
  await isAsked.promise;
  leaving.abort();
  await expect(unanswered).rejects.toThrow();
  answer.resolve(nothing);
  expect((await askAt(door)).statusCode).toBe(200);
  expect(door.errors).toEqual([]);
});

test('a client that leaves in the middle of its question does no harm', async () => {
  await using door = await openDoor(() => nothing);
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
  const arrival = once(door.server, 'request') as Promise<[IncomingMessage]>;
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  );
  const [request] = await arrival;
  const isOver = new Promise((resolve) => request.once('close', resolve));
  socket.destroy();
  await isOver;
  expect((await askAt(door)).statusCode).toBe(200);
  expect(door.errors).toEqual([]);
});

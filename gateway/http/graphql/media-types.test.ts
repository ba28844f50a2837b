import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStack, type Stack } from '../../fixtures/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function askWrongly(headers: Readonly<Record<string, string>>): Promise<Response> {
  return await fetch(`${stack.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"query": "{ nothing }"}',
  });
}

test.each([
  '',
  '*/*',
  'application/json',
  'application/*',
  'text/html, */*;q=0.1',
  'application/json, text/plain, */*',
  'application/json;q=0.9, application/graphql-response+json;q=0.8',
  'multipart/mixed;deferSpec=20220824, application/json',
  'multipart/mixed;deferSpec=20220824',
])('a client that accepts %j gets JSON, and 200 whatever its query is', async (accept) => {
  const response = await askWrongly({ accept });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
});

test.each([
  'application/graphql-response+json',
  'APPLICATION/GRAPHQL-RESPONSE+JSON ; charset="utf-8"',
  'application/graphql-response+json, application/json',
  'application/json;q=0.9, application/graphql-response+json',
  'application/json;q=0.5, */*',
  'application/json;q=0, */*',
  'multipart/mixed; deferSpec="20220824", application/graphql-response+json, application/json;q=0.9',
])('a client that accepts %j is told by 400 of a wrong query', async (accept) => {
  const response = await askWrongly({ accept });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe(
    'application/graphql-response+json; charset=utf-8',
  );
});

test.each([
  'text/html',
  'application/xml, text/*',
  'application/json;q=0',
  'application/graphql-response+json;q=0, application/json;q=0.0',
  'multipart/mixed',
  'nonsense',
])('a client that accepts %j is told what there is', async (accept) => {
  const response = await askWrongly({ accept });
  expect(response.status).toBe(406);
  expect(await response.json()).toMatchObject({
    errors: [
      {
        message: expect.stringContaining('application/graphql-response+json') as string,
        extensions: { code: 'NOT_ACCEPTABLE' },
      },
    ],
  });
});

test.each([
  'application/json',
  'APPLICATION/JSON',
  'application/json ; charset=UTF-8',
  'application/json;charset="utf8"',
])('%j is a content type of ours', async (type) => {
  expect((await askWrongly({ 'content-type': type })).status).toBe(200);
});

test.each([
  'application/jsonp',
  'text/json',
  'application/json;charset=utf-16',
  'application/json;charset=',
  'application/graphql-response+json',
])('%j is none', async (type) => {
  expect((await askWrongly({ 'content-type': type })).status).toBe(415);
});

import { anonymous } from '#auth';
import { readBody, sendJson, serveHttp, type HttpServer } from '#service';
import type { GraphQLDataSource } from '@apollo/gateway';
import type { ServerResponse } from 'node:http';
import { Agent } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silent } from '../fixtures/silent.ts';
import type { GatewayContext } from './context.ts';
import { createDataSource } from './data-source.ts';

/** How the subgraph answers, one request after the other. */
let answers: ((response: ServerResponse) => void)[];
let seen: unknown[];
let subgraph: HttpServer;
let agent: Agent;
beforeEach(async () => {
  answers = [];
  seen = [];
  agent = new Agent({ headersTimeout: 200 });
  subgraph = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    logger: silent,
    routes: [
      async (request, response) => {
        const body = await readBody(request, 1_000_000);
        const { authorization, 'x-request-id': requestId } = request.headers;
        seen.push({ authorization, requestId, ...(JSON.parse(String(body)) as object) });
        answers.shift()?.(response);
        return true;
      },
    ],
  });
});
afterEach(async () => {
  await agent.destroy();
  await subgraph[Symbol.asyncDispose]();
});

const hangUp = (response: ServerResponse) => response.socket?.resetAndDestroy();
const fine = (response: ServerResponse) => {
  sendJson(response, 200, { data: { id: 1 } });
};

async function fetch(query: string) {
  const source = createDataSource({
    name: 'orders',
    url: subgraph.url,
    authorize: ({ id }, audience) => Promise.resolve(`Bearer ${id} to ${audience}`),
    dispatcher: agent,
    logger: silent,
  });
  const context: GatewayContext = { caller: anonymous('gateway'), requestId: 'r-1' };
  const operation = {
    kind: 'incoming operation',
    request: { query, variables: { n: 1 } },
    context,
    pathInIncomingRequest: ['orders', '@', 'lines'],
  };
  return await source.process(
    operation as unknown as Parameters<GraphQLDataSource<GatewayContext>['process']>[0],
  );
}

const unavailable = { path: ['orders'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } };

test('a subgraph is asked in the name of the caller', async () => {
  answers = [fine];
  expect(await fetch('{ id }')).toEqual({ data: { id: 1 } });
  expect(seen).toEqual([
    {
      authorization: 'Bearer anonymous to orders',
      requestId: 'r-1',
      query: '{ id }',
      variables: { n: 1 },
    },
  ]);
});

test('a query whose connection broke is sent once more, and no more', async () => {
  answers = [hangUp, fine];
  expect(await fetch('{ id }')).toEqual({ data: { id: 1 } });
  answers = [hangUp, hangUp, fine];
  await expect(fetch('{ id }')).rejects.toMatchObject(unavailable);
  expect(seen).toHaveLength(4);
});

test('a mutation that was sent is never sent again', async () => {
  answers = [hangUp, fine];
  await expect(fetch('mutation{place}')).rejects.toMatchObject(unavailable);
  expect(seen).toHaveLength(1);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['answers nothing in time', () => undefined],
  ['answers something else than JSON', (response) => response.end('<html>')],
  ['answers JSON that is no answer', (response) => response.end('"fine"')],
  [
    "does not accept the gateway's token",
    (response) => {
      const errors = [{ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } }];
      sendJson(response, 401, { errors });
    },
  ],
])('a subgraph that %s is unavailable', async (_name, answer) => {
  answers = [answer];
  await expect(fetch('{ id }')).rejects.toMatchObject(unavailable);
  expect(seen).toHaveLength(1);
});

test('what it says is wrong with the request reaches the client', async () => {
  const errors = [{ message: 'No instant.', extensions: { code: 'BAD_USER_INPUT' } }];
  answers = [
    (response) => {
      sendJson(response, 400, { errors });
    },
  ];
  expect(await fetch('{ id }')).toEqual({ errors });
});

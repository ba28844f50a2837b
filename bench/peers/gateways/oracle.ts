import { execute, parse } from 'graphql';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { subgraphs } from './subgraphs.ts';

/** Correct subgraphs, each at a path of its name. Slow: `front` asks once and remembers. */
export interface Oracle extends AsyncDisposable {
  readonly url: string;
}

export async function startOracle(): Promise<Oracle> {
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(request: IncomingMessage): Promise<string> {
  const name = (request.url ?? '').slice(1);
  const schema = subgraphs[name];
  if (schema === undefined) throw new Error(`no subgraph ${name}`);
  const { query, variables, operationName } = JSON.parse(await text(request)) as {
    query: string;
    variables?: Record<string, unknown>;
    operationName?: string;
  };
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables ?? null,
    operationName: operationName ?? null,
  });
  return JSON.stringify(result);
}

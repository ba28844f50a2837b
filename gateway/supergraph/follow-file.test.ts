import type { HttpServer, Logger } from '#service';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../fixtures/ask.ts';
import { compose } from '../fixtures/compose.ts';
import { serveOpenSubgraph } from '../fixtures/open-subgraph.ts';
import { silent } from '../fixtures/silent.ts';
import { serveSupergraph } from '../serve-supergraph.ts';

const types = {
  shop: `
    type Query { product: Product slow: String }
    type Product @key(fields: "id") { id: ID! name: String }
  `,
  stock: `
    type Query { unused: Int }
    type Product @key(fields: "id") { id: ID! left: Int }
  `,
};
const before = compose({ ...types, stock: types.stock.replace('left', 'places') });
const after = compose(types);

let opened: AsyncDisposableStack;
let folder: string;
let file: string;
let shop: HttpServer;
let url: string;
/** What was said of the supergraph. */
let said: string[];
let answerSlow: (text: string) => void;
let slowAsked: Promise<unknown>;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  opened.defer(() => rm(folder, { recursive: true }));
  file = join(folder, 'supergraph.graphql');
  await writeFile(file, before);
  const asked = Promise.withResolvers<undefined>();
  const answer = Promise.withResolvers<string>();
  slowAsked = asked.promise;
  answerSlow = answer.resolve;
  shop = opened.use(
    await serveOpenSubgraph(types.shop, {
      Query: {
        product: () => ({ id: '1', name: 'Table' }),
        slow: async () => {
          asked.resolve(undefined);
          return await answer.promise;
        },
      },
    }),
  );
  const stock = opened.use(
    await serveOpenSubgraph(types.stock, {
      Product: { __resolveReference: (root) => ({ ...(root as object), left: 7 }) },
    }),
  );
  said = [];
  const say: Logger['info'] = (message, { reason } = {}) => {
    said.push(typeof reason === 'string' ? `${message}: ${reason}` : message);
  };
  const addresses = ['--subgraph', `shop=${shop.url}/`, '--subgraph', `stock=${stock.url}/`];
  const gateway = opened.use(
    await serveSupergraph(['--supergraph', file, '--port', '0', ...addresses], {
      ...silent,
      info: say,
      error: say,
    }),
  );
  url = gateway.url;
});
afterEach(async () => {
  await opened.disposeAsync();
});

/** As often as a loaded machine needs: the file is looked at now and then. */
const eventually = <Value>(look: () => Value | Promise<Value>) =>
  expect.poll(look, { timeout: 20_000 });

const left = '{ product { name left } }';
const statusOf = async (query: string) => (await ask(url, query)).status;

interface Status {
  readonly id: string;
  readonly since: string;
  readonly refusedAt: string | null;
}
const health = async () => {
  const response = await fetch(`${url}/health/ready`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { supergraph: Status }).supergraph;
};

test.each([
  [
    'written',
    async () => {
      await writeFile(file, after);
    },
  ],
  [
    'put in its place',
    async () => {
      await writeFile(`${file}.new`, after);
      await rename(`${file}.new`, file);
    },
  ],
])('a field of a file that is %s can be asked for', async (_how, write) => {
  expect(await statusOf(left)).toBe(400);
  const { id } = await health();
  await write();
  await eventually(() => statusOf(left)).toBe(200);
  expect((await ask(url, left)).data).toEqual({ product: { name: 'Table', left: 7 } });
  expect(said).toEqual(['the supergraph has been replaced']);
  expect((await health()).id).not.toBe(id);
});

test.each([
  ['is no GraphQL', () => after.slice(0, -2), /can't be served: Syntax Error/],
  [
    'does not hold together',
    () => after.replace(/^type Product$/m, 'type Thing'),
    /can't be served/,
  ],
  [
    'has a subgraph that nobody gave an address',
    () => compose({ ...types, depot: 'type Query { depot: Int }' }),
    /--subgraph: depot has no http address/,
  ],
])('a file that %s changes nothing, and is told', async (_what, text, reason) => {
  const { id, since, refusedAt } = await health();
  expect(refusedAt).toBeNull();
  await writeFile(file, text());
  await eventually(async () => (await health()).refusedAt).not.toBeNull();
  expect(said).toEqual([expect.stringMatching(reason)]);
  expect(said[0]).toMatch(/^the supergraph is refused; the one before goes on: /);
  expect(await statusOf('{ product { name places } }')).toBe(200);
  expect(await statusOf(left)).toBe(400);
  await writeFile(file, before);
  await eventually(async () => (await health()).refusedAt).toBeNull();
  expect(await health()).toEqual({ id, since, refusedAt: null });
});

test('a file that is gone changes nothing, and counts when it is back', async () => {
  await rm(file);
  await eventually(() => said).toEqual([expect.stringMatching(/goes on: ENOENT/)]);
  expect(await statusOf('{ product { name } }')).toBe(200);
  await writeFile(file, after);
  await eventually(() => statusOf(left)).toBe(200);
});

test('what is under way ends as it began, over connections that are kept', async () => {
  let connections = 0;
  shop.server.on('connection', () => (connections += 1));
  const answer = ask(url, '{ slow }');
  await slowAsked;
  expect(await statusOf('{ product { name } }')).toBe(200);
  expect(connections).toBe(2);
  await writeFile(file, after.replace(/^ *slow: String.*$/m, ''));
  await eventually(() => statusOf(left)).toBe(200);
  expect(await statusOf('{ slow }')).toBe(400);
  answerSlow('at last');
  expect((await answer).data).toEqual({ slow: 'at last' });
  expect(await statusOf(left)).toBe(200);
  expect(connections).toBe(2);
});

import type { HttpServer } from '#service';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, codesOf } from './fixtures/ask.ts';
import { compose } from './fixtures/compose.ts';
import { serveOpenSubgraph } from './fixtures/open-subgraph.ts';
import { silent } from './fixtures/silent.ts';
import { startIssuer, type Issuer } from './fixtures/issuer.ts';
import { serveSupergraph } from './serve-supergraph.ts';

const types = {
  shop: `
    type Query { product: Product mine: String @authenticated }
    type Product @key(fields: "id") { id: ID! name: String }
  `,
  stock: `
    type Query { unused: Int }
    type Product @key(fields: "id") { id: ID! left: Int @requiresScopes(scopes: [["stock"]]) }
  `,
};

let folder: string;
let file: string;
let issuer: Issuer;
let subgraphs: readonly HttpServer[];
let addresses: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  file = join(folder, 'supergraph.graphql');
  await writeFile(file, compose(types));
  issuer = await startIssuer();
  const shop = await serveOpenSubgraph(types.shop, {
    Query: {
      product: () => ({ id: '1', name: 'Table' }),
      mine: (_root, _args, { authorization }) => authorization,
    },
  });
  const stock = await serveOpenSubgraph(types.stock, {
    Product: { __resolveReference: (root) => ({ ...(root as object), left: 7 }) },
  });
  subgraphs = [shop, stock];
  addresses = ['--subgraph', `shop=${shop.url}/any`, '--subgraph', `stock=${stock.url}/path?x=1`];
});
afterAll(async () => {
  for (const server of [...subgraphs, issuer]) await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const serve = (...flags: string[]) =>
  serveSupergraph(['--supergraph', file, '--port', '0', ...addresses, ...flags], silent);

test("anybody's subgraphs are served, and hear what the client sent", async () => {
  await using gateway = await serve();
  const answer = await ask(gateway.url, '{ product { name left } mine }', { token: 'opaque' });
  expect(answer).toEqual({
    status: 200,
    data: { product: { name: 'Table', left: 7 }, mine: 'Bearer opaque' },
  });
  expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
});

test('with an issuer, authority is checked', async () => {
  const { url } = issuer;
  await using gateway = await serve('--issuer', url, '--audience', 'shop', '--jwks', `${url}/keys`);
  const query = '{ product { name left } mine }';

  const nobody = await ask(gateway.url, query);
  expect(nobody.data).toEqual({ product: { name: 'Table', left: null }, mine: null });
  expect(codesOf(nobody)).toEqual([
    'product.left UNAUTHORIZED_FIELD_OR_TYPE',
    'mine UNAUTHORIZED_FIELD_OR_TYPE',
  ]);

  const token = await issuer.sign({ aud: 'shop', scope: 'stock' });
  const known = await ask(gateway.url, query, { token });
  expect(known.data).toEqual({ product: { name: 'Table', left: 7 }, mine: `Bearer ${token}` });

  const wrong = await ask(gateway.url, query, { token: await issuer.sign({ aud: 'elsewhere' }) });
  expect(wrong.status).toBe(401);
});

test.each([
  ['no supergraph', () => [], /^--supergraph: must name a file/],
  [
    'a file that is not there',
    () => ['--supergraph', '/nowhere'],
    /^--supergraph: \/nowhere can't/,
  ],
  [
    'a file that is no supergraph',
    () => ['--supergraph', __filename],
    /^--supergraph: .* can't be served/,
  ],
  [
    'a flag that nobody knows',
    () => ['--supergraf', file],
    /^npm run gateway: Unknown option '--supergraf'/,
  ],
  [
    'a limit of nothing',
    () => ['--supergraph', file, ...addresses, '--streams-per-person', '0'],
    /^--streams-per-person: must be a whole number from 1/,
  ],
  [
    'no port',
    () => ['--supergraph', file, ...addresses, '--port', 'x'],
    /^--port: must be a whole number/,
  ],
  [
    'a subgraph that nobody knows',
    () => ['--supergraph', file, '--subgraph', 'a=http://b'],
    /^--subgraph: must be NAME=URL with one of/,
  ],
  ['no address', () => ['--supergraph', file], /^--subgraph: shop has no http address/],
  [
    'an issuer without an audience',
    () => ['--supergraph', file, ...addresses, '--issuer', 'x'],
    /^--audience: must be given/,
  ],
  [
    'an audience without an issuer',
    () => ['--supergraph', file, ...addresses, '--audience', 'x'],
    /^--issuer: must be given/,
  ],
])('%s is refused with the name of the flag', async (_name, args, complaint) => {
  await expect(serveSupergraph(args(), silent)).rejects.toThrow(complaint);
});

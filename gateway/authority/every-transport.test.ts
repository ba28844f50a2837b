import type { Running } from '#service';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { startIssuer, type Issuer } from '../fixtures/issuer.ts';
import { serveOpenSubgraph } from '../fixtures/open-subgraph.ts';
import { silent } from '../fixtures/silent.ts';
import { transports, type Asking } from '../fixtures/transports.ts';
import { serveSupergraph } from '../serve-supergraph.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphQLError } from 'graphql';

const types = {
  shop: `
    type Query {
      public: String
      me: String @authenticated
      stock: Int @requiresScopes(scopes: [["stock:read"], ["admin"]])
      audit: String @policy(policies: [["auditor"]])
      order(id: ID!): Order
      orders: [Order!]
      node: Node
      found: [Found]
      strict: Strict
      search(kind: Kind, filter: Filter): String
    }
    type Mutation { restock: Int @requiresScopes(scopes: [["stock:write"]]) }
    interface Node { id: ID! price: Int }
    type Order implements Node @key(fields: "id") { id: ID! price: Int @authenticated weight: Int @authenticated }
    type Plan implements Node { id: ID! price: Int }
    type Secret @requiresScopes(scopes: [["admin"]]) { code: String }
    union Found = Plan | Secret
    type Strict { name: String required: String! @authenticated }
    enum Kind @requiresScopes(scopes: [["admin"]]) { PLAIN HIDDEN }
    input Filter { text: String kind: Kind }
  `,
  freight: `
    type Order @key(fields: "id") {
      id: ID!
      weight: Int @external
      freight: Int @authenticated @requires(fields: "weight")
    }
  `,
};

let folder: string;
let issuer: Issuer;
let stranger: Issuer;
let gateway: Running;
/** Refuses the whole of what is refused in part. */
let strict: Running;
let subgraphs: readonly Running[];
/** Which resolvers ran. */
const calls: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'authority-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, compose(types));
  issuer = await startIssuer();
  stranger = await startIssuer();
  const order = (id: string) => ({ id, price: 5, weight: 2 });
  const called = (name: string, value: unknown) => () => {
    calls.push(name);
    return value;
  };
  const shop = await serveOpenSubgraph(types.shop, {
    Query: {
      public: () => 'for all',
      me: called('me', 'you'),
      stock: called('stock', 7),
      audit: called('audit', 'clean'),
      order: (_root, { id }: { id: string }) => {
        if (id === 'foreign') {
          throw new GraphQLError('Nothing of yours.', { extensions: { code: 'NOT_FOUND' } });
        }
        return order(id);
      },
      orders: () => [order('1'), order('2')],
      node: () => ({ __typename: 'Order', ...order('1') }),
      found: () => [
        { __typename: 'Plan', id: '3', price: 1 },
        { __typename: 'Secret', code: 'x' },
      ],
      strict: () => ({ name: 'all', required: 'kept' }),
      search: called('search', 'found'),
    },
    Mutation: { restock: called('restock', 1) },
    Order: { __resolveReference: (root) => ({ ...order('1'), ...(root as object) }) },
  });
  const freight = await serveOpenSubgraph(types.freight, {
    Order: {
      __resolveReference: (root) => root,
      freight: (root) => (root as { weight: number }).weight * 10,
    },
  });
  subgraphs = [shop, freight];
  const flags = [
    ['--supergraph', file, '--port', '0'],
    ['--subgraph', `shop=${shop.url}`, '--subgraph', `freight=${freight.url}`],
    ['--issuer', issuer.url, '--audience', 'shop', '--jwks', `${issuer.url}/keys`],
  ].flat();
  gateway = await serveSupergraph(flags, silent);
  strict = await serveSupergraph([...flags, '--reject-unauthorized'], silent);
});
beforeEach(() => {
  calls.length = 0;
});
afterAll(async () => {
  for (const each of [gateway, strict, ...subgraphs, issuer, stranger])
    await each[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const claims = { aud: 'shop' };
const nobody = () => Promise.resolve(undefined);
const person = () => issuer.sign(claims);
const scoped = (scope: string) => () => issuer.sign({ ...claims, scope });
const refused = 'UNAUTHORIZED_FIELD_OR_TYPE';
const now = Math.floor(Date.now() / 1000);

interface Case {
  readonly what: string;
  readonly token: () => Promise<string | undefined>;
  readonly asking: Omit<Asking, 'token'>;
  readonly data?: unknown;
  readonly codes?: readonly string[];
  readonly called?: readonly string[];
}

const spread = (name: string) => `...${name} `.repeat(22);
const huge = `{ ${spread('A')} }
  fragment A on Query { ${spread('B')} }
  fragment B on Query { ${spread('C')} }
  fragment C on Query { public }`;

const cases: readonly Case[] = [
  {
    what: 'without a token, what is for all is there',
    token: nobody,
    asking: { query: '{ public }' },
    data: { public: 'for all' },
  },
  {
    what: 'without a token, what asks for one is null',
    token: nobody,
    asking: { query: '{ public me }' },
    data: { public: 'for all', me: null },
    codes: [`me ${refused}`],
  },
  {
    what: 'an expired token lets nobody in',
    token: () => issuer.sign({ ...claims, exp: now - 60 }),
    asking: { query: '{ public }' },
    codes: ['UNAUTHENTICATED'],
  },
  {
    what: 'a token for another audience lets nobody in',
    token: () => issuer.sign({ aud: 'elsewhere' }),
    asking: { query: '{ public }' },
    codes: ['UNAUTHENTICATED'],
  },
  {
    what: 'a token of another issuer lets nobody in',
    token: () => stranger.sign(claims),
    asking: { query: '{ public }' },
    codes: ['UNAUTHENTICATED'],
  },
  {
    what: 'a missing scope is told',
    token: person,
    asking: { query: '{ me stock }' },
    data: { me: 'you', stock: null },
    codes: [`stock ${refused}`],
    called: ['me'],
  },
  {
    what: 'any of the scopes is enough',
    token: scoped('admin'),
    asking: { query: '{ stock }' },
    data: { stock: 7 },
    called: ['stock'],
  },
  {
    what: 'a policy holds for whom the issuer says so',
    token: () => issuer.sign({ ...claims, policies: ['auditor'] }),
    asking: { query: '{ audit }' },
    data: { audit: 'clean' },
    called: ['audit'],
  },
  {
    what: 'a policy holds for nobody else',
    token: scoped('admin auditor'),
    asking: { query: '{ audit }' },
    data: { audit: null },
    codes: [`audit ${refused}`],
  },
  {
    what: "somebody else's row is the subgraph's to refuse",
    token: person,
    asking: { query: 'query ($id: ID!) { order(id: $id) { id } }', variables: { id: 'foreign' } },
    data: { order: null },
    codes: ['order NOT_FOUND'],
  },
  {
    what: 'another name changes nothing',
    token: nobody,
    asking: { query: '{ public: me }' },
    data: { public: null },
    codes: [`public ${refused}`],
  },
  {
    what: 'nor does a fragment',
    token: nobody,
    asking: { query: '{ ...F ... on Query { b: me } } fragment F on Query { a: me public }' },
    data: { a: null, public: 'for all', b: null },
    codes: [`a ${refused}`, `b ${refused}`],
  },
  {
    what: 'an interface asks for what any of its objects does',
    token: nobody,
    asking: { query: '{ node { id price } }' },
    data: { node: { id: '1', price: null } },
    codes: [`node.price ${refused}`],
  },
  {
    what: 'a protected member of a union tells nothing but that it is there',
    token: person,
    asking: { query: '{ found { ... on Plan { id } ... on Secret { code } } }' },
    data: { found: [{ id: '3' }, { code: null }] },
    codes: [`found.code ${refused}`],
  },
  {
    what: '@include asks for what it includes',
    token: nobody,
    asking: {
      query: 'query ($yes: Boolean!) { public me @include(if: $yes) }',
      variables: { yes: true },
    },
    data: { public: 'for all', me: null },
    codes: [`me ${refused}`],
  },
  {
    what: 'what is left out needs no authority',
    token: nobody,
    asking: {
      query: 'query ($yes: Boolean!) { public me @include(if: $yes) }',
      variables: { yes: false },
    },
    data: { public: 'for all' },
  },
  {
    what: 'what @requires something protected is protected',
    token: nobody,
    asking: { query: '{ order(id: "1") { freight } }' },
    data: { order: { freight: null } },
    codes: [`order.freight ${refused}`],
  },
  {
    what: 'and is there for who may see it',
    token: person,
    asking: { query: '{ order(id: "1") { freight } }' },
    data: { order: { freight: 20 } },
  },
  {
    what: 'every item of a list is without it, and it is told once',
    token: nobody,
    asking: { query: '{ orders { id price } }' },
    data: {
      orders: [
        { id: '1', price: null },
        { id: '2', price: null },
      ],
    },
    codes: [`orders.price ${refused}`],
  },
  {
    what: 'what must not be null takes its parent along',
    token: nobody,
    asking: { query: '{ strict { name required } }' },
    data: { strict: null },
    codes: [`strict.required ${refused}`],
  },
  {
    what: 'a protected value can not be given, not even within another',
    token: person,
    asking: {
      query: 'query ($f: Filter) { a: search(filter: $f) b: search(kind: PLAIN) c: search }',
      variables: { f: { kind: 'HIDDEN' } },
    },
    data: { a: null, b: null, c: 'found' },
    codes: [`a ${refused}`, `b ${refused}`],
    called: ['search'],
  },
  {
    what: 'what is not given needs no authority',
    token: person,
    asking: {
      query: 'query ($f: Filter) { search(filter: $f) }',
      variables: { f: { text: 'x' } },
    },
    data: { search: 'found' },
    called: ['search'],
  },
  {
    what: 'a short document that would grow huge is refused',
    token: person,
    asking: { query: huge },
    codes: ['GRAPHQL_VALIDATION_FAILED'],
  },
];

describe.each(Object.entries(transports))('over %s', (_name, ask) => {
  test.each(cases)('$what', async ({ token, asking, data, codes = [], called }) => {
    const answer = await ask(gateway.url, { ...asking, token: await token() });
    expect(answer.data).toEqual(data);
    const told = (answer.errors ?? []).map(({ path = [], extensions }) =>
      `${path.join('.')} ${String(extensions?.['code'])}`.trim(),
    );
    expect(told).toEqual(codes);
    if (called) expect(calls).toEqual(called);
  });
});

test.each(Object.entries(transports).filter(([name]) => name !== 'GET'))(
  'a mutation that a scope is missing for is not carried out over %s',
  async (_name, ask) => {
    const asking = { query: 'mutation { restock }' };
    const { data, errors } = await ask(gateway.url, { ...asking, token: await person() });
    expect(data).toEqual({ restock: null });
    expect(errors).toMatchObject([{ path: ['restock'], extensions: { code: refused } }]);
    expect(calls).toEqual([]);
    const token = await issuer.sign({ ...claims, scope: 'stock:write' });
    expect(await ask(gateway.url, { ...asking, token })).toEqual({ data: { restock: 1 } });
    expect(calls).toEqual(['restock']);
  },
);

test.each(Object.entries(transports))(
  'a gateway that refuses the whole does so over %s, and fetches nothing',
  async (_name, ask) => {
    const asking = { query: '{ public me stock }' };
    const refusal = await ask(strict.url, { ...asking, token: await person() });
    expect(refusal.data ?? null).toBeNull();
    expect(refusal.errors).toMatchObject([{ path: ['stock'], extensions: { code: refused } }]);
    expect(calls).toEqual([]);
    const token = await issuer.sign({ ...claims, scope: 'stock:read' });
    expect((await ask(strict.url, { ...asking, token })).data).toEqual({
      public: 'for all',
      me: 'you',
      stock: 7,
    });
  },
);

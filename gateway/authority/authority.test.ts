import type { HttpServer, Running } from '#service';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, codesOf, type Answer } from '../fixtures/ask.ts';
import { compose } from '../fixtures/compose.ts';
import { startIssuer, type Issuer } from '../fixtures/issuer.ts';
import { serveOpenSubgraph } from '../fixtures/open-subgraph.ts';
import { silent } from '../fixtures/silent.ts';
import { serveSupergraph } from '../serve-supergraph.ts';

const types = `
  type Query {
    orders(level: Level, filter: Filter): [Order!]
    found: [Found!]
    audit: String @policy(policies: [["auditor"]])
  }
  type Mutation {
    note(text: String): Int
    cancel(level: Level): Int
  }
  type Order { id: ID! margin: Int @authenticated risk: Risk }
  type Risk @requiresScopes(scopes: [["risks"]]) { score: Int }
  union Found = Order | Risk
  enum Level @authenticated { LOW HIGH }
  input Filter { text: String level: Level }
`;

let folder: string;
let supergraph: string;
let issuer: Issuer;
let partner: Issuer;
let subgraph: HttpServer;
let gateway: Running;
const calls: string[] = [];

const serve = (...flags: string[]) =>
  serveSupergraph(
    [
      ...[
        '--supergraph',
        supergraph,
        '--port',
        '0',
        '--subgraph',
        `orders=${subgraph.url}/graphql`,
      ],
      ...['--issuer', issuer.url, '--audience', 'shop', '--jwks', `${issuer.url}/keys`],
      ...flags,
    ],
    silent,
  );

async function fileOf(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'authority-'));
  supergraph = await fileOf('supergraph.graphql', compose({ orders: types }));
  issuer = await startIssuer();
  partner = await startIssuer();
  const called =
    <Value>(name: string, value: Value) =>
    () => {
      calls.push(name);
      return value;
    };
  const order = { __typename: 'Order', id: '1', margin: 3, risk: { score: 9 } };
  subgraph = await serveOpenSubgraph(types, {
    Query: {
      orders: called('orders', [order]),
      found: called('found', [order, { __typename: 'Risk', score: 9 }]),
      audit: called('audit', 'all is well'),
    },
    Mutation: { note: called('note', 1), cancel: called('cancel', 1) },
  });
  const issuers = [{ issuer: partner.url, audience: 'partners', jwks: `${partner.url}/keys` }];
  gateway = await serve('--issuers', await fileOf('issuers.json', JSON.stringify(issuers)));
});
beforeEach(() => {
  calls.length = 0;
});
afterAll(async () => {
  for (const part of [gateway, subgraph, issuer, partner]) await part[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const known = async (claims = {}) => ({ token: await issuer.sign({ aud: 'shop', ...claims }) });

test('a policy holds for whom the token says so', async () => {
  const refused = await ask(gateway.url, '{ audit }', await known({ policies: ['cashier'] }));
  expect(refused.data).toEqual({ audit: null });
  expect(codesOf(refused)).toEqual(['audit UNAUTHORIZED_FIELD_OR_TYPE']);
  expect(calls).toEqual([]);
  const held = await ask(gateway.url, '{ audit }', await known({ policies: ['auditor'] }));
  expect(held.data).toEqual({ audit: 'all is well' });
});

test('one fragment that is refused takes nothing from the other', async () => {
  const query = '{ found { __typename ... on Order { id } ... on Risk { score } } }';
  const answer = await ask(gateway.url, query, await known());
  expect(answer.data).toEqual({
    found: [
      { __typename: 'Order', id: '1' },
      { __typename: 'Risk', score: null },
    ],
  });
  expect(codesOf(answer)).toEqual(['found.score UNAUTHORIZED_FIELD_OR_TYPE']);
});

test('what may not be given is refused with the field that it is given to', async () => {
  const query =
    'query ($filter: Filter) { a: orders(filter: $filter) { id } found { __typename } }';
  const given = { variables: { filter: { level: 'LOW' } } };
  const refused = await ask(gateway.url, query, given);
  expect(refused.data).toMatchObject({ a: null, found: [{}, {}] });
  expect(codesOf(refused)).toEqual(['a UNAUTHORIZED_FIELD_OR_TYPE']);
  expect(calls).toEqual(['found']);

  const harmless = await ask(gateway.url, query, { variables: { filter: { text: 'LOW' } } });
  expect(harmless.data).toMatchObject({ a: [{ id: '1' }] });
  const allowed = await ask(gateway.url, query, { ...given, ...(await known()) });
  expect(allowed.data).toMatchObject({ a: [{ id: '1' }] });
});

test('a mutation that is refused is not carried out, the others are', async () => {
  const mutation = 'mutation { note cancel(level: HIGH) }';
  const answer = await ask(gateway.url, mutation);
  expect(answer.data).toEqual({ note: 1, cancel: null });
  expect(calls).toEqual(['note']);
});

test('several issuers each make tokens for their own audience', async () => {
  const query = '{ orders { margin } }';
  const theirs = { token: await partner.sign({ aud: 'partners' }) };
  expect((await ask(gateway.url, query, theirs)).data).toEqual({ orders: [{ margin: 3 }] });
  const mixed = { token: await partner.sign({ aud: 'shop' }) };
  expect((await ask(gateway.url, query, mixed)).status).toBe(401);
});

const schemaQuery = '{ __schema { types { name fields { name args { name } } } } }';

function typesIn({ data }: Answer): ReadonlyMap<string, string[]> {
  const { __schema: schema } = data as {
    __schema: { types: { name: string; fields: { name: string }[] | null }[] };
  };
  return new Map(
    schema.types
      .filter(({ name }) => !name.startsWith('__'))
      .map(({ name, fields }) => [name, (fields ?? []).map((field) => field.name)]),
  );
}

test('the schema is told as far as the caller may use it', async () => {
  const toNobody = typesIn(await ask(gateway.url, schemaQuery));
  expect(toNobody.get('Query')).toEqual(['orders', 'found']);
  expect(toNobody.get('Order')).toEqual(['id']);
  expect([...toNobody.keys()]).not.toEqual(expect.arrayContaining(['Risk', 'Level']));
  const toAda = typesIn(await ask(gateway.url, schemaQuery, await known({ scope: 'risks' })));
  expect(toAda.get('Order')).toEqual(['id', 'margin', 'risk']);
  expect(toAda.has('Level')).toBe(true);
});

test('a type that the caller may not use is no type to him, whatever else he asks', async () => {
  const query = `query ($name: String!, $level: Level) {
    __type(name: $name) { name } orders(level: $level) { id }
  }`;
  const given = { variables: { name: 'Level' } };
  expect((await ask(gateway.url, query, given)).data).toMatchObject({ __type: null });
  const answer = await ask(gateway.url, query, { ...given, ...(await known()) });
  expect(answer.data).toMatchObject({ __type: { name: 'Level' } });
});

test('with introspection off nobody is told the schema, nor by suggestions', async () => {
  await using closed = await serve('--introspection', 'off');
  for (const query of [
    schemaQuery,
    '{ ...F } fragment F on Query { __type(name: "A") { name } }',
  ]) {
    const answer = await ask(closed.url, query);
    expect(answer.status).toBe(400);
    expect(codesOf(answer)).toEqual(['INTROSPECTION_DISABLED']);
    expect(answer.errors?.[0]?.message).toContain('GATEWAY_INTROSPECTION=on');
  }
  const graphiql = async ({ url }: Running) => await (await fetch(`${url}/graphiql`)).text();
  expect(await graphiql(closed)).toContain('Introspection is off here');
  expect(await graphiql(gateway)).not.toContain('Introspection is off here');
  const { errors } = await ask(closed.url, '{ order { __typename } }');
  expect(errors?.[0]?.message).toBe('Cannot query field "order" on type "Query".');
  expect((await ask(closed.url, '{ __typename }')).data).toEqual({ __typename: 'Query' });
});

test('an operation may be refused whole, with all that is wrong, before anything is fetched', async () => {
  await using strict = await serve('--reject-unauthorized');
  const query = '{ orders { id margin risk { score } } audit }';
  const answer = await ask(strict.url, query);
  expect(answer.status).toBe(403);
  expect(answer.data).toBeNull();
  expect(codesOf(answer)).toEqual([
    'orders.margin UNAUTHORIZED_FIELD_OR_TYPE',
    'orders.risk UNAUTHORIZED_FIELD_OR_TYPE',
    'audit UNAUTHORIZED_FIELD_OR_TYPE',
  ]);
  expect(calls).toEqual([]);

  const legacy = await fetch(`${strict.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'application/json' },
  });
  expect(legacy.status).toBe(200);

  const skipped = '{ orders { id margin @include(if: false) } }';
  expect((await ask(strict.url, skipped)).data).toEqual({ orders: [{ id: '1' }] });
});

const entry = { issuer: 'https://partner.example', audience: 'partners' };

test.each([
  ['that is not there', undefined, /can't be read/],
  ['that is no JSON', '[', /is no list of issuers/],
  ['that is no list', '{}', /is no list of issuers: it must be array/],
  ['without an audience', [{ issuer: 'x' }], /it\/0 must have required property 'audience'/],
  ['with a secret', [{ ...entry, algorithms: ['HS256'] }], /it\/0\/algorithms\/0 must be equal to/],
  ['with a mistake', [{ ...entry, audiance: 'x' }], /must NOT have additional properties/],
  ['whose keys are nowhere', [{ ...entry, issuer: 'partner' }], /must be an address/],
  ['with one twice', [entry, entry], /has https:\/\/partner.example, which is there already/],
])('a file of issuers %s is refused', async (_name, content, complaint) => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const file = content === undefined ? '/nowhere' : await fileOf('wrong.json', text);
  const serving = serve('--issuers', file);
  await expect(serving).rejects.toThrow(/^--issuers: /);
  await expect(serving).rejects.toThrow(complaint);
});

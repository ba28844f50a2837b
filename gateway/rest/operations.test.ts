import { ConfigError } from '#service';
import { expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { startStack } from '../fixtures/stack.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';
import { readOperations } from './operations.ts';

const { publicSchema } = buildSupergraph(
  compose({
    shop: `
      type Query { shoe(id: ID!): Shoe shoes(filter: ShoeFilter, name: String): [Shoe!] }
      type Mutation { buy(id: ID!): Shoe sell(id: ID!): Sale }
      type Sale { shoe: Shoe userErrors: [UserError!]! }
      type UserError { code: String! message: String! field: [String!] }
      type Shoe { id: ID! size: Float }
      input ShoeFilter { sizes: [Float!] }
    `,
  }),
);

const read = (...texts: readonly string[]) =>
  readOperations(
    texts.map((text, index) => ({ name: `${index + 1}.graphql`, text })),
    publicSchema,
  );

const good = 'query GetShoe($id: ID!) @get(path: "/api/v1/shoes/{id}") { shoe(id: $id) { id } }';

test('the comments above an operation and a variable describe them', () => {
  const [operation] = read(`
    # Not this one.

    # One shoe,
    # or none.
    query GetShoe(
      # What is on the box.
      $id: ID!
    ) @get(path: "/api/v1/shoes/{id}") { shoe(id: $id) { id } }
  `);
  expect(operation).toMatchObject({
    description: 'One shoe, or none.',
    parameters: [{ name: 'id', place: 'path', description: 'What is on the box.' }],
  });
});

test.each([
  ['{ shoe(id: 1) { id } }', 'has an operation without a name'],
  ['query A { shoe(id: 1) { id } }', 'A must say once where it is'],
  ['query A @get(path: "/api/v2/a") { shoe(id: 1) { id } }', 'A has no path such as'],
  ['query A @get(path: "/api/v1/a b") { shoe(id: 1) { id } }', 'A has no path such as'],
  [
    'query A @get(path: "/api/v1/a") { shoe(id: 1) { id } shoes { id } }',
    'A must select one field',
  ],
  ['query A @get(path: "/api/v1/a") { __typename }', 'A selects nothing that can be described'],
  [
    'query A($x: Boolean!) @get(path: "/api/v1/a") { shoe(id: 1) { id size @skip(if: $x) } }',
    'A has conditions',
  ],
  [
    'query A @get(path: "/api/v1/a/{id}") { shoe(id: 1) { id } }',
    'A: {id} of its path is no variable',
  ],
  [
    'query A($f: ShoeFilter) @get(path: "/api/v1/a/{f}") { shoes(filter: $f) { id } }',
    "A: $f can't stand in a path",
  ],
  ['query A @get(path: "/api/v1/a") {\n shoe(id: 1) { colour }\n}', 'line 2: Cannot query field'],
  ['mutation A @get(path: "/api/v1/a") { buy(id: 1) { id } }', 'line 1: Directive "@get" may not'],
  ['query A @get(path: "/api/v1/a") {', 'Syntax Error'],
  ['query A @post(path: "/api/v1/a") { shoe(id: 1) { id } }', 'line 1: Directive "@post" may not'],
  [
    'mutation A($id: ID!) @post(path: "/api/v1/a") @put(path: "/api/v1/a") { buy(id: $id) { id } }',
    'A must say once where it is',
  ],
  [
    'mutation A($id: ID!) @post(path: "/api/v1/a") { sell(id: $id) { shoe { id } } }',
    'A: select `userErrors',
  ],
  [
    'mutation A($no: ID!) @put(path: "/api/v1/shoes/{no}") { buy(id: $no) { id } }',
    'has /api/v1/shoes/{no}, which is /api/v1/shoes/{id} already',
  ],
  ['query B($a: ID!) @get(path: "/api/v1/shoes/{a}") { shoe(id: $a) { id } }', 'as 1.graphql has'],
  ['query GetShoe @get(path: "/api/v1/b") { shoe(id: 1) { id } }', 'as 1.graphql has'],
])('a file with %j is refused by its name', (text, complaint) => {
  expect(() => read(good, text)).toThrow(ConfigError);
  expect(() => read(good, text)).toThrow('2.graphql: ');
  expect(() => read(good, text)).toThrow(complaint);
});

test('several operations of a file share what they select of a payload, and each is asked with what it needs', () => {
  const sell = (name: string) =>
    `mutation ${name}($id: ID!) @post(path: "/api/v1/${name}") { sell(id: $id) { ...Sale } }`;
  const fragments = `
    fragment Sale on Sale { shoe { ...Shoe } userErrors { ...UserError } }
    fragment Shoe on Shoe { id }
    fragment UserError on UserError { code message field }
    fragment Size on Shoe { size }
  `;
  const size = 'query Size @get(path: "/api/v1/size") { shoes { ...Size } }';
  const [first, second] = read(sell('a') + sell('b') + size + fragments);
  for (const operation of [first, second]) {
    expect(operation).toMatchObject({ outcome: { key: 'shoe' } });
    expect(
      [...(operation?.query.matchAll(/fragment (\w+)/g) ?? [])].map(([, name]) => name),
    ).toEqual(['Sale', 'Shoe', 'UserError']);
  }
});

test('fragments of two files with one name would be one schema of the description', () => {
  const shoes = (name: string) =>
    `query ${name} @get(path: "/api/v1/${name}") { shoes { ...Shoe } } fragment Shoe on Shoe { id }`;
  expect(() => read(shoes('a'), shoes('b'))).toThrow('2.graphql: has a fragment Shoe');
});

test('a gateway does not begin with a wrong file', async () => {
  const text = 'query A @get(path: "/api/v1/a") { nothing }';
  await expect(startStack({ rest: [{ name: 'a.graphql', text }] })).rejects.toThrow('a.graphql: ');
});

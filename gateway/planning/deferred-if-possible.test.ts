import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPlanning, type Planning } from '../execution/planning.ts';
import { composeSchemas } from '../executor/fixtures/schemas.ts';
import { supergraphs } from '../executor/fixtures/supergraphs.ts';
import { compose } from '../fixtures/compose.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';

const sdl = compose({
  products: `
    type Query { product: Product }
    type Mutation { add: Product }
    type Product @key(fields: "id") { id: ID! name: String price: Int }
  `,
  reviews: `
    type Query { latest: Review }
    type Review { body: String product: Product }
    type Product @key(fields: "id") { id: ID! name: String @external digest: String @requires(fields: "name") }
  `,
  stock: `
    type Product @key(fields: "id") { id: ID! price: Int @external estimate: Int @requires(fields: "price") }
  `,
});

let planning: Planning;
beforeAll(async () => {
  planning = await createPlanning(buildSupergraph(sdl));
});
afterAll(async () => {
  await planning[Symbol.asyncDispose]();
});

const planOf = async (query: string) => JSON.stringify(await planning.plan(parse(query), []));

test('what the planner can defer is deferred', async () => {
  const plan = await planOf('{ product { id ... @defer { digest } } }');
  expect(plan).toContain('"kind":"Defer"');
});

test.each([
  [
    'two requirements of one deferred object',
    '{ ... @defer { latest { product { estimate digest } } } }',
  ],
  ['a mutation', 'mutation { ... @defer { add { id } } }'],
])('%s comes at once', async (_what, query) => {
  const plan = await planOf(query);
  expect(plan).toContain('"kind":"Fetch"');
  expect(plan).not.toContain('Defer');
});

test('what makes the planner go round in circles comes at once, and others do not wait for long', async () => {
  await using endless = await createPlanning(composeSchemas(supergraphs['media']!));
  const query = `
    { best { ... on Film { ...Length @defer ... on Thing { ... on Film @defer(label: "more") { verdict title minutes } } } } }
    fragment Length on Film { minutes }`;
  const [plan, next] = await Promise.all([
    endless.plan(parse(query), []),
    endless.plan(parse('{ media { id } }'), []),
  ]);
  expect(JSON.stringify(plan)).not.toContain('Defer');
  expect(next.node).toMatchObject({ kind: 'Fetch' });
});

test('what can be planned in no way is no plan', async () => {
  await expect(planOf('{ ... @defer { nothing } }')).rejects.toThrow(/nothing/);
});

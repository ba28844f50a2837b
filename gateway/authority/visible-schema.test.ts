import {
  buildSchema,
  GraphQLSchema,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
  validateSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';
import { nobody as anybody, type Grants } from './access.ts';
import { createVisibleSchema } from './visible-schema.ts';

const supergraph = buildSupergraph(
  compose({
    orders: `
      type Query {
        order(level: Level, filter: Filter, plain: Plain): Order
        byLevel(level: Level!): Order
        byFilters(filters: [Filter!]!): Order
        byStrict(strict: Strict!): Order
        node: Node
        found: [Found]
        secret: Secret
        audits: [Audit!] @requiresScopes(scopes: [["audit"]])
      }
      type Mutation { cancel: Order @authenticated }
      interface Node { id: ID! price: Int }
      type Order implements Node { id: ID! price: Int @authenticated level: Level }
      type Plan implements Node { id: ID! price: Int }
      type Secret @authenticated { id: ID! only: Behind }
      type Behind { id: ID! }
      type Audit { id: ID! kind: AuditKind! }
      enum AuditKind { READ WRITE }
      union Found = Plan | Secret
      enum Level @authenticated { LOW HIGH }
      input Filter { text: String level: Level nested: Strict }
      input Strict { level: Level! }
      input Plain { text: String }
    `,
  }),
);
const visible = createVisibleSchema(supergraph);
const nobody = anybody.grants;
const ada: Grants = { ...nobody, isAuthenticated: true };
const auditor: Grants = { ...ada, scopes: new Set(['audit']) };

const sdlOf = (schema: GraphQLSchema) =>
  printSchema(lexicographicSortSchema(schema)).replaceAll(/\s+/g, ' ');

test('who may use everything sees everything, as it is', async () => {
  expect(await visible(auditor)).toBe(supergraph.publicSchema);
});

test('nobody in particular sees what everyone may use, and what leads there', async () => {
  expect(sdlOf(await visible(nobody))).toBe(
    sdlOf(
      buildSchema(`
        directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
        type Query {
          order(filter: Filter, plain: Plain): Order
          byFilters(filters: [Filter!]!): Order
          node: Node
          found: [Found]
        }
        interface Node { id: ID! }
        type Order implements Node { id: ID! }
        type Plan implements Node { id: ID! price: Int }
        union Found = Plan
        input Filter { text: String }
        input Plain { text: String }
      `),
    ),
  );
});

test('what a scope is missing for is left out, with the types that only it leads to', async () => {
  const sdl = sdlOf(await visible(ada));
  expect(sdl).not.toMatch(/audit/i);
  expect(sdl).toContain('type Mutation { cancel: Order }');
  expect(sdl).toContain('type Secret { id: ID! only: Behind }');
});

test('what is seen is a schema, and none is made twice', async () => {
  for (const grants of [nobody, ada, auditor]) {
    const schema = new GraphQLSchema({ ...(await visible(grants)).toConfig(), assumeValid: false });
    expect(validateSchema(schema)).toEqual([]);
    const again = await visible({ ...grants, policies: new Set(['other']) });
    expect(again).toBe(await visible(grants));
  }
});

test('where nothing may be used, there is an empty query type to ask', async () => {
  const closed = buildSupergraph(
    compose({ orders: 'type Query { order: ID @authenticated, plan: ID @authenticated }' }),
  );
  const schema = await createVisibleSchema(closed)(nobody);
  expect(schema.getQueryType()?.getFields()).toEqual({});
  expect(validate(schema, parse('{ __schema { queryType { name } } }'))).toEqual([]);
});

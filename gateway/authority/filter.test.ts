import { Kind, parse, print, type OperationDefinitionNode } from 'graphql';
import { expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';
import { nobody as anybody, type Grants } from './access.ts';
import { filterDocument } from './filter.ts';
import { guardedVariablesOf, refusedVariables } from './input-needs.ts';
import { compileRefusals } from './refusals.ts';

const supergraph = buildSupergraph(
  compose({
    orders: `
      type Query { order: Order nodes: [Node] found: [Found] }
      interface Node { id: ID! price: Int }
      type Order implements Node {
        id: ID!
        price: Int @authenticated
        lines: [Line!]!
        margin: Int @requiresScopes(scopes: [["orders:read", "margins"], ["admin"]])
        risk: Risk
      }
      type Line { sku: ID! cost: Int! @authenticated }
      type Plan implements Node { id: ID! price: Int }
      type Risk @requiresScopes(scopes: [["orders:read"]]) { score: Int }
      union Found = Order | Risk

      extend type Query {
        reviewed: Int @policy(policies: [["staff", "adult"], ["auditor"]]) @requiresScopes(scopes: [["reviews"]])
        flag: Flag
        listed(level: Level, range: Range, page: Int, filter: Filter): Int
      }
      scalar Flag @policy(policies: [["staff"]])
      enum Level @requiresScopes(scopes: [["levels"]]) { LOW HIGH }
      scalar Range @authenticated
      input Filter { text: String level: Level levels: [Level!] any: [[Filter!]] = [] nested: Deep }
      input Deep { page: Int filter: Filter level: Level = LOW }
    `,
  }),
);

const nobody = anybody.grants;
const withScopes = (...scopes: string[]): Grants => ({
  ...nobody,
  isAuthenticated: true,
  scopes: new Set(scopes),
});
const ada = withScopes();

/** Of one operation. */
function filter(query: string, grants: Grants, variables = {}) {
  const document = parse(query);
  const operation = document.definitions.find(isOperation);
  const guarded = operation ? guardedVariablesOf(operation, supergraph) : [];
  const { document: allowed, refused } = filterDocument(document, supergraph, {
    grants,
    refusedVariables: new Set(refusedVariables(guarded, variables, grants)),
  });
  const errors = compileRefusals(document, undefined, refused)(variables);
  return {
    allowed: print(allowed).replace(/\s+/g, ' '),
    paths: errors.map(({ path }) => path?.join('.')),
  };
}

const isOperation = (definition: { readonly kind: Kind }): definition is OperationDefinitionNode =>
  definition.kind === Kind.OPERATION_DEFINITION;

test('who may see all of it gets the very document', () => {
  const document = parse('{ order { id price } }');
  const rights = { grants: ada, refusedVariables: new Set<string>() };
  expect(filterDocument(document, supergraph, rights).document).toBe(document);
});

test.each([
  [nobody, false],
  [withScopes('orders:read'), false],
  [withScopes('margins'), false],
  [withScopes('orders:read', 'margins'), true],
  [withScopes('admin'), true],
])('one list of scopes must be held whole: %o', (who, mayRead) => {
  const { allowed } = filter('{ order { margin } }', who);
  expect(allowed).toBe(mayRead ? '{ order { margin } }' : '{ order { __typename } }');
});

test('aliases, fragments and inline fragments hide nothing', () => {
  const query = `{ order { ...F ... on Order { a: price } ... { b: price } } }
    fragment F on Order { id lines { cost } ...G } fragment G on Order { c: price }`;
  expect(filter(query, nobody)).toEqual({
    allowed:
      '{ order { ...F ... on Order { __typename } ... { __typename } } } ' +
      'fragment F on Order { id lines { __typename } ...G } fragment G on Order { __typename }',
    paths: ['order.lines.cost', 'order.c', 'order.a', 'order.b'],
  });
});

test('a field of an interface needs what any of its objects needs', () => {
  const query = '{ nodes { id price ... on Plan { plain: price } } }';
  expect(filter(query, nobody)).toEqual({
    allowed: '{ nodes { id ... on Plan { plain: price } } }',
    paths: ['nodes.price'],
  });
});

test('a type that is refused is refused wherever it is reached', () => {
  const query = '{ order { risk { score } } found { __typename ... on Risk { score } } }';
  expect(filter(query, ada)).toEqual({
    allowed: '{ order { __typename } found { __typename ... on Risk { __typename } } }',
    paths: ['order.risk', 'found.score'],
  });
});

test('what is left out by its own condition is no refusal', () => {
  const query = `query ($mine: Boolean = false) { order {
    id price @include(if: $mine) ...F @skip(if: true) } } fragment F on Order { x: price }`;
  expect(filter(query, nobody, { mine: false }).paths).toEqual([]);
  expect(filter(query, nobody, { mine: true }).paths).toEqual(['order.price']);
});

test('refusals are counted no further than anybody would read', () => {
  const fragments = Array.from(
    { length: 30 },
    (_, n) => `fragment F${n} on Order { a${n}: price ...F${n + 1} ...F${n + 1} }`,
  );
  const fields = Array.from({ length: 200 }, (_, n) => `b${n}: price`).join(' ');
  const last = `fragment F30 on Order { ${fields} }`;
  const { paths } = filter(`{ order { ...F0 } } ${fragments.join(' ')} ${last}`, nobody);
  expect(paths).toHaveLength(100);
});

const withPolicies = (...policies: string[]): Grants => ({
  ...withScopes('reviews'),
  policies: new Set(policies),
});

test.each([
  [withPolicies(), false],
  [withPolicies('staff'), false],
  [withPolicies('staff', 'adult'), true],
  [withPolicies('auditor'), true],
  [{ ...withPolicies('auditor'), scopes: new Set<string>() }, false],
])('policies must hold as scopes must, and both must: %o', (who, mayRead) => {
  expect(filter('{ reviewed }', who).allowed).toBe(mayRead ? '{ reviewed }' : '{ __typename }');
});

test('a scalar that is guarded guards the fields that answer with it', () => {
  expect(filter('{ flag }', ada).paths).toEqual(['flag']);
  expect(filter('{ flag }', withPolicies('staff')).paths).toEqual([]);
});

test.each([
  ['listed', true],
  ['listed(page: 1, filter: { text: "LOW", nested: { page: 1 } })', true],
  ['listed(filter: null)', true],
  ['listed(level: LOW)', false],
  ['listed(level: null)', false],
  ['listed(range: "1-2")', false],
  ['listed(filter: { level: HIGH })', false],
  ['listed(filter: { levels: [] })', false],
  ['listed(filter: { any: [[{ text: "a" }, { nested: { filter: { levels: LOW } } }]] })', false],
])('what may not be given is refused with its field: %s', (field, isAllowed) => {
  const { allowed, paths } = filter(`{ x: ${field} found { __typename } }`, nobody);
  expect(paths).toEqual(isAllowed ? [] : ['x']);
  expect(allowed.includes('listed')).toBe(isAllowed);
});

test.each([
  [{}, []],
  [{ filter: { text: 'LOW' }, page: 1 }, []],
  [{ filter: null }, []],
  [{ filter: { text: null, nested: { page: 1 } } }, []],
  [{ level: 'LOW' }, ['a', 'b']],
  [{ level: null }, ['a', 'b']],
  [{ levels: ['LOW'] }, ['c']],
  [{ levels: [] }, ['c']],
  [{ filter: { level: 'LOW' } }, ['d']],
  [{ filter: { any: [[{}, { any: [[{ nested: { level: null } }]] }]] } }, ['d']],
  [{ filter: { any: { levels: 'LOW' } } }, ['d']],
  [{ page: 2 }, []],
])('of variables, what they bring counts: %j', (variables, paths) => {
  const query = `query ($level: Level, $levels: [Level!], $filter: Filter, $page: Int) {
    a: listed(level: $level)
    b: listed(page: 1, filter: { nested: { level: $level } })
    c: listed(filter: { levels: $levels })
    d: listed(filter: $filter)
    e: listed(page: $page)
  }`;
  expect(filter(query, ada, variables).paths).toEqual(paths);
  expect(filter(query, withScopes('levels'), variables).paths).toEqual([]);
});

test("an operation's own default is given, too; a schema's is not", () => {
  const query = 'query ($level: Level = LOW) { listed(filter: { level: $level, nested: {} }) }';
  expect(filter(query, ada).paths).toEqual(['listed']);
  expect(filter('{ listed(filter: { nested: {} }) }', ada).paths).toEqual([]);
  expect(filter(query, ada, { level: 'LOW' }).paths).toEqual(['listed']);
});

test('operations without guarded input have no guarded variables', () => {
  const [operation] = parse('query ($page: Int) { listed(page: $page) }').definitions;
  expect(guardedVariablesOf(operation as OperationDefinitionNode, supergraph)).toEqual([]);
});

import type { Principal } from '#auth';
import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';
import { filterDocument, refusalErrors } from './filter.ts';

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
    `,
  }),
);

const caller = (id: string, ...scopes: string[]): Principal => ({
  id,
  scopes: new Set(scopes),
  sessionId: null,
  issuer: 'gateway',
});
const nobody = caller('anonymous');
const ada = caller('usr_ada');

function filter(query: string, who: Principal, variables = {}) {
  const document = parse(query);
  const { document: allowed, refused } = filterDocument(document, supergraph, who);
  const errors = refusalErrors(document, undefined, refused, variables);
  return {
    allowed: print(allowed).replace(/\s+/g, ' '),
    paths: errors.map(({ path }) => path?.join('.')),
  };
}

test('who may see all of it gets the very document', () => {
  const document = parse('{ order { id price } }');
  expect(filterDocument(document, supergraph, ada).document).toBe(document);
});

test.each([
  [nobody, false],
  [caller('usr_ada', 'orders:read'), false],
  [caller('usr_ada', 'margins'), false],
  [caller('usr_ada', 'orders:read', 'margins'), true],
  [caller('usr_ada', 'admin'), true],
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

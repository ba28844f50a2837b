import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { departures } from './contract.ts';

const directives = `
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  directive @authenticated on FIELD_DEFINITION | OBJECT
`;
const contract = buildSchema(`${directives}
  type Query {
    order(id: ID!, number: String): Order @requiresScopes(scopes: [["read:own"], ["read"]])
    me: Person @authenticated
    list(first: Int = 20): [Order!]!
  }
  type Mutation { place(input: PlaceInput!): Order }
  input PlaceInput { sku: String! quantity: Int }
  type Order { id: ID! status: Status! total: String }
  type Person { id: ID! }
  enum Status { PLACED DONE }
  union Found = Order | Person
`);

test('a part of the contract departs from nothing', () => {
  const part = buildSchema(`${directives}
    type Query { order(id: ID!): Order @requiresScopes(scopes: [["read"], ["read:own"]]) }
    type Order { id: ID! status: Status! }
    enum Status { PLACED }
    union Found = Order
  `);
  expect(departures(part, contract)).toEqual([]);
  expect(departures(contract, contract)).toEqual([]);
});

test.each([
  ['type Query { orders: Int }', 'Query.orders is not in the contract'],
  [
    'type Query { me: Person @authenticated } type Person { id: ID }',
    'Person.id is ID; in the contract ID!',
  ],
  [
    'type Query { me: Person } type Person { id: ID! }',
    'Query.me is for everyone; in the contract for who signed in',
  ],
  [
    'type Query { order(id: ID!): Order @requiresScopes(scopes: [["read"]]) } type Order { id: ID! }',
    'Query.order is for read; in the contract for read or read:own',
  ],
  [
    'type Query { list(first: Int = 10): [Order!]! } type Order { id: ID! }',
    'Query.list(first) has another default',
  ],
  [
    'type Query { list(last: Int): [Order!]! } type Order { id: ID! }',
    'Query.list(last) is not in the contract',
  ],
  [
    'type Query { order(number: String): Order @requiresScopes(scopes: [["read"], ["read:own"]]) } type Order { id: ID! }',
    'Query.order(id) is demanded by the contract',
  ],
  ['type Query { x: Int } enum Status { LOST }', 'Status.LOST is not in the contract'],
  ['type Query { x: Int } type Status { id: ID }', 'Status is of another kind in the contract'],
  ['type Query { x: Int } type Cart { id: ID }', 'Cart is not in the contract'],
  [
    'type Query { x: Int } type Cart { id: ID } union Found = Cart',
    'Found has no member Cart in the contract',
  ],
  [
    'type Query { x: Int } input PlaceInput { quantity: Int }',
    'PlaceInput(sku) is demanded by the contract',
  ],
])('a departure is found: %s', (sdl, departure) => {
  const found = departures(buildSchema(`${directives} ${sdl}`), contract);
  expect(found).toContainEqual(expect.stringContaining(departure));
});

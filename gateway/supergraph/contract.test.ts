import { expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { departures } from './contract.ts';
import { buildSupergraph } from './supergraph.ts';

const schema = (types: string) => buildSupergraph(compose({ orders: types }));

const contract = schema(`
  type Query {
    order(id: ID!, number: String): Order @requiresScopes(scopes: [["read:own"], ["read"]])
    me: Person @authenticated
    list(first: Int! = 20, after: String): [Order!]!
    find: Found
  }
  type Mutation { place(input: PlaceInput!): Order }
  input PlaceInput { sku: String! quantity: Int! = 1 comment: String }
  interface Node { id: ID! }
  type Order implements Node { id: ID! status: Status! total: String }
  type Person @requiresScopes(scopes: [["people"]]) { id: ID! }
  enum Status { PLACED DONE }
  union Found = Order | Person
`);

test('a part of the contract departs from nothing', () => {
  const part = schema(`
    type Query {
      order(id: ID!): Order @requiresScopes(scopes: [["read"], ["read:own"]])
      list: [Order!]!
      find: Found
      reserved: Int @inaccessible
    }
    type Mutation { place(input: PlaceInput!): Order }
    input PlaceInput { sku: String! }
    type Order { id: ID! status: Status! lock: String @inaccessible }
    enum Status { PLACED }
    union Found = Order
  `);
  expect(departures(part, contract)).toEqual([]);
  expect(departures(contract, contract)).toEqual([]);
});

const order = 'type Order { id: ID! }';
const orderQuery = '@requiresScopes(scopes: [["read"], ["read:own"]])';

test.each([
  ['type Query { orders: Int }', 'Query.orders is not in the contract'],
  ['type Query { list: [Order!]! } type Order { id: ID }', 'Order.id is ID; in the contract ID!'],
  [
    `type Query { order(id: ID!): Order @requiresScopes(scopes: [["read"]]) } ${order}`,
    'Query.order is Order for read; in the contract Order for read or read:own',
  ],
  [
    'type Query { me: Person @authenticated } type Person { id: ID! }',
    'Person is an object; in the contract an object for people',
  ],
  [
    'type Query { me: Person } type Person @requiresScopes(scopes: [["people"]]) { id: ID! }',
    'Query.me is Person; in the contract Person for who signed in',
  ],
  [
    `type Query { list(first: Int! = 10): [Order!]! } ${order}`,
    'Query.list(first:) is Int! = 10; in the contract Int! = 20',
  ],
  [
    `type Query { list(last: Int): [Order!]! } ${order}`,
    'Query.list(last:) is not in the contract',
  ],
  [
    `type Query { order(number: String): Order ${orderQuery} } ${order}`,
    'Query.order(id:) is demanded by the contract',
  ],
  [
    'type Query { x: Int } input PlaceInput { comment: String }',
    'PlaceInput.sku is demanded by the contract',
  ],
  ['type Query { x: Int } enum Status { LOST }', 'Status.LOST is not in the contract'],
  ['type Query { x: Int } type Status { id: ID }', 'Status is an object; in the contract an enum'],
  ['type Query { x: Int } type Cart { id: ID }', 'Cart is not in the contract'],
  [
    'type Query { x: Int } type Cart { id: ID } union Found = Cart',
    'Found | Cart is not in the contract',
  ],
  [
    'type Query { x: Int } interface Node { id: ID! } type Person implements Node { id: ID! }',
    'Person & Node is not in the contract',
  ],
])('a departure is found in %s', (types, departure) => {
  expect(departures(schema(types), contract)).toContain(departure);
});

import { expect, test } from 'vitest';
import { createCanned } from './fixtures/canned.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])`;

const shop = createCanned({
  products: `${link}
    type Query { first: Product second: Product brand: Brand }
    type Product @key(fields: "upc") { upc: ID! }
    type Brand @key(fields: "id") { id: ID! }`,
  stock: `${link}
    type Product @key(fields: "upc") { upc: ID! left: Int places(near: String): [Place] }
    type Place { city: String }
    type Brand @key(fields: "id") { id: ID! rank: Int! }`,
});

const product = (upc: string) => ({ __typename: 'Product', upc });

test('what is asked of leaves at several places is one question, and each entity is in it once', async () => {
  const { data, asked } = await shop({
    query: '{ first { left } second { left } }',
    answers: {
      products: [{ data: { first: product('1'), second: product('1') } }],
      stock: [{ data: { _entities: [{ left: 7 }] } }],
    },
  });
  expect(asked).toHaveLength(2);
  expect(asked[1]?.variables).toEqual({ representations: [product('1')] });
  expect(data).toEqual({ first: { left: 7 }, second: { left: 7 } });
});

test('different questions go out side by side in one request', async () => {
  const { data, errors, asked } = await shop({
    query: `query ($near: String) {
      first { places(near: $near) { ...P } } second { left } brand { rank }
    } fragment P on Place { city }`,
    variables: { near: 'here' },
    answers: {
      products: [
        {
          data: {
            first: product('1'),
            second: product('2'),
            brand: { __typename: 'Brand', id: 'b' },
          },
        },
      ],
      stock: [
        { data: { _0: [{ places: [{ city: 'Ulm' }] }], _1: [{ left: 2 }], _2: [{ rank: 3 }] } },
      ],
    },
  });
  expect(asked).toHaveLength(2);
  expect(asked[1]?.query).toMatch(/_0:_entities\(representations:\$representations_0\)/);
  expect(asked[1]?.variables).toEqual({
    near: 'here',
    representations_0: [product('1')],
    representations_1: [product('2')],
    representations_2: [{ __typename: 'Brand', id: 'b' }],
  });
  expect(data).toEqual({
    first: { places: [{ city: 'Ulm' }] },
    second: { left: 2 },
    brand: { rank: 3 },
  });
  expect(errors).toEqual([]);
});

test('an error is told where it is, and nowhere else', async () => {
  const { data, errors } = await shop({
    query: '{ first { left } second { left } brand { rank } }',
    answers: {
      products: [
        {
          data: {
            first: product('1'),
            second: product('2'),
            brand: { __typename: 'Brand', id: 'b' },
          },
        },
      ],
      stock: [
        {
          data: { _0: [{ left: 1 }, { left: null }], _1: [null] },
          errors: [
            { message: 'not counted', path: ['_0', 1, 'left'], extensions: { code: 'UNCOUNTED' } },
            { message: 'no brand', path: ['_1', 0, 'rank'] },
          ],
        },
      ],
    },
  });
  expect(data).toEqual({ first: { left: 1 }, second: { left: null }, brand: null });
  expect(errors).toMatchObject([
    { message: 'not counted', path: ['second', 'left'], extensions: { code: 'UNCOUNTED' } },
    { message: 'no brand', path: ['brand', 'rank'] },
  ]);
});

test('a subgraph that fails fails for all that was asked', async () => {
  const { data, errors } = await shop({
    query: '{ first { left } brand { rank } }',
    answers: {
      products: [{ data: { first: product('1'), brand: { __typename: 'Brand', id: 'b' } } }],
      stock: [new Error('gone')],
    },
  });
  expect(data).toEqual({ first: { left: null }, brand: null });
  expect(errors).toMatchObject([
    { path: ['first'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    { path: ['brand'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
  ]);
});

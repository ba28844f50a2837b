import { describe, expect, test } from 'vitest';
import { product, shop } from './fixtures/shop.ts';

describe('what went wrong', () => {
  test('where a subgraph does not answer, one sentence says so, and no address', async () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.7:4001');
    const { data, errors, failures } = await shop({
      query: '{ products { reviews { body } } }',
      answers: { products: [{ data: { products: [product('1')] } }], reviews: [cause] },
    });
    expect(data).toEqual({ products: [{ reviews: null }] });
    expect(errors).toEqual([
      {
        message: 'A part that this needs does not answer now; try again.',
        path: ['products'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
      },
    ]);
    expect(failures).toEqual([{ service: 'reviews', path: ['products'], cause }]);
  });

  test("a subgraph's error keeps its message, code, field and incident alone", async () => {
    const { errors } = await shop({
      query: '{ product { name } }',
      answers: {
        products: [
          {
            data: null,
            errors: [
              {
                message: 'No such lamp.',
                path: ['product', 'name'],
                locations: [{ line: 1, column: 1 }],
                extensions: {
                  code: 'NOT_FOUND',
                  field: 'lines.0',
                  incident: 'i1',
                  stacktrace: ['at /srv/app.js'],
                  serviceName: 'products',
                },
              },
              { extensions: { code: 7 } },
              'broken',
            ],
          },
        ],
      },
    });
    expect(errors).toEqual([
      {
        message: 'No such lamp.',
        path: ['product', 'name'],
        extensions: { code: 'NOT_FOUND', field: 'lines.0', incident: 'i1' },
      },
      { message: 'A part of this failed.', extensions: { code: 'INTERNAL' } },
      { message: 'A part of this failed.', extensions: { code: 'INTERNAL' } },
    ]);
  });

  test('an error of an entity has the path of every place where that entity is', async () => {
    const { errors } = await shop({
      query: '{ pairs { rank } }',
      answers: {
        products: [
          {
            data: {
              pairs: [
                [{ __typename: 'Product', upc: '0' }, null],
                [product('2', { price: 1 }), product('1', { price: 1 })],
                [product('2', { price: 1 })],
              ],
            },
          },
        ],
        reviews: [
          {
            data: { _entities: [{ rank: null }, { rank: 4 }] },
            errors: [
              { message: 'No rank.', path: ['_entities', 0, 'rank'] },
              { message: 'Odd.', path: ['_entities', 9] },
              { message: 'Odder.', path: [{}] },
            ],
          },
        ],
      },
    });
    expect(errors.map(({ message, path }) => [message, path])).toEqual([
      ['No rank.', ['pairs', 1, 0, 'rank']],
      ['No rank.', ['pairs', 2, 0, 'rank']],
      ['Odd.', ['pairs']],
      ['Odder.', ['pairs']],
    ]);
  });

  test('a path ends above what the client did not ask for', async () => {
    const { data, errors } = await shop({
      query: '{ product { top: hint } }',
      answers: {
        products: [{ data: { product: product('1') } }],
        users: [
          {
            data: { _entities: [{ secret: null }] },
            errors: [{ message: 'No.', path: ['_entities', 0, 'secret'] }],
          },
        ],
        reviews: [{ data: { _entities: [{ top: 'x' }] } }],
      },
    });
    expect(data).toEqual({ product: { top: 'x' } });
    expect(errors).toMatchObject([{ path: ['product'] }]);
  });

  test('a null where there must be none rises, and is an error if nothing else explains it', async () => {
    const query = '{ products { upc reviews { body } } }';
    const products = [{ data: { products: [product('1'), product('2')] } }];
    const entities = [{ reviews: [{ body: null }, { body: 'b' }] }, { reviews: [] }];
    const silent = await shop({
      query,
      answers: { products, reviews: [{ data: { _entities: entities } }] },
    });
    expect(silent.data).toEqual({
      products: [
        { upc: '1', reviews: null },
        { upc: '2', reviews: [] },
      ],
    });
    expect(silent.errors).toEqual([
      {
        message: 'Cannot return null for non-nullable field Review.body.',
        path: ['products', 0, 'reviews', 0, 'body'],
        extensions: { code: 'INTERNAL' },
      },
    ]);
    const message = 'Lost.';
    const explained = await shop({
      query,
      answers: {
        products,
        reviews: [
          {
            data: { _entities: entities },
            errors: [{ message, path: ['_entities', 0, 'reviews', 0] }],
          },
        ],
      },
    });
    expect(explained.data).toEqual(silent.data);
    expect(explained.errors).toMatchObject([{ message }]);
    const elsewhere = await shop({
      query,
      answers: {
        products,
        reviews: [
          {
            data: { _entities: entities },
            errors: [{ message, path: ['_entities', 1, 'reviews'] }],
          },
        ],
      },
    });
    expect(elsewhere.errors).toMatchObject(
      [{ message }, { message: /^Cannot return null/ }].map((error) => ({
        message: expect.stringMatching(error.message) as string,
      })),
    );
  });

  test('what the caller may not see is null, even if it is known, and is no misfit', async () => {
    const { data, errors, asked } = await shop({
      query: '{ products { upc price rank } }',
      isRefused: ({ name }) => name.value === 'price',
      answers: {
        products: [{ data: { products: [product('1', { price: 9 })] } }],
        reviews: [{ data: { _entities: [{ rank: 1 }] } }],
      },
    });
    expect(asked[1]?.variables?.['representations']).toEqual([product('1', { price: 9 })]);
    expect(data).toEqual({ products: [null] });
    expect(errors).toEqual([]);
  });

  test.each([
    ['no list', { data: { _entities: {} } }],
    ['too short', { data: { _entities: [] } }],
    ['missing', { data: {} }],
    ['of an answer that is none', {}],
    ['of an answer with odd errors', { data: null, errors: {} }],
    ['of an answer with odd data', { data: [] }],
  ])('entities that are %s are a failure of the subgraph', async (_what, answer) => {
    const { data, errors } = await shop({
      query: '{ products { reviews { body } } }',
      answers: { products: [{ data: { products: [product('1')] } }], reviews: [answer] },
    });
    expect(data).toEqual({ products: [{ reviews: null }] });
    expect(errors).toMatchObject([
      { path: ['products'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
  });
});
